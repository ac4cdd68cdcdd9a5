"""Are vital signs possible and credible (C36, C45, C52)."""

import pandas as pd

from helpers.checks.evidence import Evidence
from helpers.checks.exposure import measured_weights
from helpers.checks.report import gather, report_rows
from helpers.checks.units import possible_range
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_SET = ("PULSE", "SYSBP", "DIABP")
_MOMENT = (SUBJECT, "VISIT", "DOSENUM", "VSTPT", "VSDTC")


def find_impossible_vitals(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C36: outside the physical limits, or diastolic not below systolic; not used."""
    vs = evidence.vitals
    vs = vs[vs["VSORRES"].notna()]
    limits = possible_range(evidence.reference, vs["VSTESTCD"])
    outside = (vs["value"] < limits["low"]) | (vs["value"] > limits["high"])
    pressure = vs[vs["VSTESTCD"].isin(("SYSBP", "DIABP"))]
    systolic = pressure[pressure["VSTESTCD"] == "SYSBP"].drop_duplicates(list(_MOMENT))
    diastolic = pressure[pressure["VSTESTCD"] == "DIABP"]
    pairs = diastolic.merge(
        systolic[[*_MOMENT, "value"]], how="left", on=list(_MOMENT), suffixes=("", "_systolic")
    ).set_index(diastolic.index)
    crossed = pairs["value"] >= pairs["value_systolic"]
    crossed = crossed.reindex(vs.index, fill_value=False) & ~outside
    raw = vs["VSORRES"].astype(str)
    found = []
    for hits, says in (
        (~vs["unit_known"], "has a unit that is not in the unit table"),
        (outside, "is physically impossible"),
        (crossed, "is not below the systolic value"),
    ):
        texts = list(raw[hits] + f" {says}; not used")
        found.append(report_rows(vs[hits], "vs", "C36", "E", texts, "VSORRES"))
    return gather(*found)


def find_weight_change(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C45: weight changed more since the measurement before than is plausible."""
    weights = measured_weights(evidence)
    weights = weights.sort_values([SUBJECT, "measured", "SRCROW"], kind="stable")
    before = weights.groupby(SUBJECT)["kg"].shift()
    limit = trial.checks.weight_change_percent
    jump = weights[100 * (weights["kg"] - before).abs() / before > limit + 1e-9]
    vs = evidence["vs"]
    text = f"weight changed by more than {limit:g} % since the measurement before"
    return report_rows(vs[vs["SRCROW"].isin(jump["SRCROW"])], "vs", "C45", "W", text, "VSORRES")


def find_repeated_sets(evidence: Evidence, trial: Trial) -> pd.DataFrame:
    """C52: pulse and pressures that end in the same digits too many times in a row.

    Equal values end in equal digits, so both halves of the check are one.
    """
    vs = evidence.vitals
    rows = vs[vs["VSTESTCD"].isin(_SET) & vs["VSORRES"].notna()]
    rows = rows.drop_duplicates([*_MOMENT, "VSTESTCD"])
    if rows.empty:
        return gather()
    keys = rows.assign(VSDTC=rows["VSDTC"].fillna("")).fillna({"DOSENUM": -1, "VSTPT": ""})
    sets = keys.assign(number=rows["VSORRES"].astype("float64")).pivot(
        index=list(_MOMENT), columns="VSTESTCD", values="number"
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
    return report_rows(first, "vs", "C52", "W", texts)
