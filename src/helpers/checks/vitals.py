"""Are vital signs possible and credible (C36, C36b, C45, C52)."""

from collections.abc import Iterator

import pandas as pd

from helpers.checks.context import CheckContext
from helpers.checks.exposure import measured_weights
from helpers.checks.plausibility import (
    IMPOSSIBLE,
    IMPROBABLE,
    MOMENT,
    classify_values,
    describe_values,
)
from helpers.checks.report import gather, report_rows
from helpers.intake.partial_dates import earliest_date
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_SET = ("PULSE", "SYSBP", "DIABP")


def find_impossible_vitals(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C36: unknown unit (no value), outside the limits of the possible, or pressures crossed.

    An impossible value stays in the data with its mark: out of means, never out of an alarm.
    """
    vs = context.vitals
    vs = vs[vs["VSORRES"].notna()]
    unknown = vs[~vs["unit_known"]]
    text = "the unit is not in the unit table; no value, the record is kept"
    impossible = vs[vs["plausibility"] == IMPOSSIBLE]
    alone = classify_values(impossible["value"], impossible["VSTESTCD"], context.reference)
    texts = [
        f"{value} {'is impossible' if odd else 'is above the systolic value'}; kept and marked, "
        "not in summaries"
        for value, odd in _describe(impossible, alone == IMPOSSIBLE)
    ]
    return gather(
        report_rows(unknown, "vs", "C36", "E", text, "VSORRES"),
        report_rows(impossible, "vs", "C36", "E", texts, "VSORRES"),
    )


def find_improbable_vitals(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C36b: possible, but outside the limits of the probable, or pressures equal; used."""
    vs = context.vitals
    rows = vs[vs["VSORRES"].notna() & (vs["plausibility"] == IMPROBABLE)]
    alone = classify_values(rows["value"], rows["VSTESTCD"], context.reference)
    texts = [
        f"{value} {'is improbable' if odd else 'is as high as the systolic value'}; used, please "
        "confirm"
        for value, odd in _describe(rows, alone == IMPROBABLE)
    ]
    return report_rows(rows, "vs", "C36b", "W", texts, "VSORRES")


def _describe(rows: pd.DataFrame, alone: pd.Series) -> Iterator[tuple[str, bool]]:
    """Each value as recorded, and whether it is out of its own limits."""
    return zip(describe_values(rows["VSORRES"], rows["VSORRESU"]), alone, strict=True)


def find_weight_change(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C45: weight changed more since the measurement before than is plausible."""
    weights = measured_weights(context)
    weights = weights.sort_values([SUBJECT, "measured", "SRCROW"], kind="stable")
    before = weights.groupby(SUBJECT)["kg"].shift()
    limit = trial.checks.weight_change_percent
    jump = weights[100 * (weights["kg"] - before).abs() / before > limit + 1e-9]
    vs = context["vs"]
    text = f"weight changed by more than {limit:g} % since the measurement before"
    return report_rows(vs[vs["SRCROW"].isin(jump["SRCROW"])], "vs", "C45", "W", text, "VSORRES")


def find_repeated_sets(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C52: pulse and pressures that end in the same digits too many times in a row.

    Equal values end in equal digits, so both halves of the check are one.
    """
    vs = context.vitals
    rows = vs[vs["VSTESTCD"].isin(_SET) & vs["VSORRES"].notna()]
    rows = rows.drop_duplicates([*MOMENT, "VSTESTCD"])
    if rows.empty:
        return gather()
    keys = rows.assign(VSDTC=rows["VSDTC"].fillna("")).fillna({"DOSENUM": -1, "VSTPT": ""})
    sets = keys.assign(number=rows["VSORRES"].astype("float64")).pivot(
        index=list(MOMENT), columns="VSTESTCD", values="number"
    )
    sets = sets.reindex(columns=list(_SET)).dropna().reset_index()
    sets = sets.sort_values([SUBJECT, "VSDTC", "VISIT", "DOSENUM", "VSTPT"], kind="stable")
    digits = sets[list(_SET)].round().astype("int64") % 10
    same = (digits == digits.shift()).all(axis=1) & (sets[SUBJECT] == sets[SUBJECT].shift())
    run = (~same).cumsum()
    length = run.groupby(run).transform("size")
    hits = sets[(length >= trial.checks.run_length) & ~same]
    equal = (sets[list(_SET)] == sets[list(_SET)].shift()).all(axis=1) | ~same
    identical = equal.groupby(run).transform("all")
    says = {True: "equal", False: "ending in equal digits"}
    texts = [
        f"{count} sets of pulse and blood pressure in a row are {says[bool(alike)]}"
        for count, alike in zip(length[hits.index], identical[hits.index], strict=True)
    ]
    first = hits[[SUBJECT, "VISIT", "VSDTC"]]
    return report_rows(first, "vs", "C52", "W", texts, day=earliest_date(hits["VSDTC"]))
