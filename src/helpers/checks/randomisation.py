"""Does the randomisation list agree with itself and with the disposition (C02, C50)."""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.report import gather, report_rows
from helpers.intake.findings import file_finding
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial


def find_unmatched_randomisation(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C02: randomised in one table only, or on another date."""
    rand = context["rand"]
    ds = context.milestones
    ds = ds[ds["DSDECOD"] == "RANDOMIZED"]
    day = spread(context.fact("rand", "RANDDTC"), ds[SUBJECT]).dt.normalize()
    return gather(
        report_rows(
            rand[~rand[SUBJECT].isin(ds[SUBJECT])],
            "rand",
            "C02",
            "E",
            "randomised, but ds has no row RANDOMIZED",
        ),
        report_rows(
            ds[~ds[SUBJECT].isin(rand[SUBJECT])],
            "ds",
            "C02",
            "E",
            "RANDOMIZED in ds, but not on the randomisation list",
        ),
        report_rows(
            ds[(day < ds["first"]) | (day > ds["last"])],
            "ds",
            "C02",
            "E",
            "RANDOMIZED on another date than on the randomisation list",
            "DSSTDTC",
        ),
    )


def find_inconsistent_list(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C50: more participants than planned, or numbers with gaps or out of the order of time."""
    rand = context["rand"]
    full = _find_crowded_group(rand, trial.accrual.per_arm)
    digits = rand["RANDNO"].astype("string").str.extract(r"([0-9]+)$")[0]
    rows = rand.assign(number=pd.to_numeric(digits, errors="coerce"))
    rows = rows.dropna(subset=["number", "RANDDTC"]).sort_values(
        ["number", "RANDDTC", SUBJECT], kind="stable"
    )
    late = rows["RANDDTC"] < rows["RANDDTC"].cummax()
    gap = rows["number"].diff() > 1
    twice = rows["number"].diff() == 0
    return gather(
        full,
        *(
            report_rows(rows[hits], "rand", "C50", "W", text, "RANDNO")
            for hits, text in (
                (late, "randomisation number is out of the order of the dates"),
                (gap, "numbers are missing before this randomisation number"),
                (twice, "randomisation number is used twice"),
            )
        ),
    )


def _find_crowded_group(rand: pd.DataFrame, planned: int) -> pd.DataFrame:
    """One finding about the list as a whole, true since the first participant too many."""
    ordered = rand.sort_values(["RANDDTC", SUBJECT], kind="stable", na_position="last")
    surplus = ordered[ordered.groupby("ARMCD").cumcount() >= planned]
    if surplus.empty:
        return gather()
    found = file_finding("C50", "W", "rand", "more participants in one group than planned")
    since = surplus["RANDDTC"].min()
    return found.assign(day=pd.Series([since], dtype="datetime64[s]").dt.normalize())
