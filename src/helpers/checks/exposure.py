"""Are the administrations as planned: route, time, amount, interval, lot (C08 to C13).

Every text is the same whatever the arm: these findings are for closed readers only, but they
are read aloud in meetings.
"""

import pandas as pd

from helpers.checks.context import CheckContext, spread
from helpers.checks.deviations import grade_by_deviation
from helpers.checks.plausibility import IMPOSSIBLE
from helpers.checks.report import gather, report_rows
from helpers.intake.schema import SUBJECT
from helpers.params.trial import Trial

_AMOUNT = ("DOSE",)
_INTERVAL = ("DOSE_INTERVAL", "DOSE")
_ALLOCATION = ("DOSE", "RANDOMISATION")


def find_inconsistent_route(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C08: an administration that the allocation does not plan, or by another route."""
    ex = context["ex"]
    arm = spread(context.fact("rand", "ARMCD"), ex[SUBJECT])
    planned = arm.map({one.code: one.route for one in trial.arms}).astype(object)
    unplanned = arm.notna() & planned.isna()
    other = planned.notna() & ex["EXROUTE"].notna() & (ex["EXROUTE"] != planned)
    rows = ex[unplanned | other]
    severity = grade_by_deviation(context, rows, rows["EXSTDTC"].dt.normalize(), _ALLOCATION)
    text = "administration does not match the allocation; correct it or add a deviation"
    return report_rows(rows, "ex", "C08", severity, text, "EXROUTE")


def find_inconsistent_dose_time(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C09: given before randomisation, ended before it began, or took too long."""
    ex = context["ex"]
    randomised = spread(context.fact("rand", "RANDDTC"), ex[SUBJECT])
    hours = (ex["EXENDTC"] - ex["EXSTDTC"]) / pd.Timedelta(hours=1)
    limit = trial.doses.max_hours
    return gather(
        *(
            report_rows(ex[hits], "ex", "C09", "E", text, column)
            for hits, text, column in (
                (ex["EXSTDTC"] < randomised, "starts before randomisation", "EXSTDTC"),
                (hours < 0, "ends before it starts", "EXENDTC"),
                (hours > limit, f"takes more than {limit:g} hours", "EXENDTC"),
            )
        )
    )


def find_inconsistent_amount(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C10: plan that does not follow from the weight, or amount far from the plan."""
    ex = context["ex"]
    ex = ex[ex["EXOCCUR"] == "Y"]
    plan = ex["EXPLAN"].astype("float64")
    expected = trial.doses.per_kg * ex["EXWT"].astype("float64")
    percent = 100 * ex["EXDOSE"].astype("float64") / plan
    low, high = trial.doses.full_percent
    tolerance = trial.doses.plan_tolerance_percent
    off = (100 * (plan - expected).abs() / expected) > tolerance + 1e-9
    parts = (
        (off, "planned amount does not follow from the weight", "EXPLAN"),
        (
            (percent < low - 1e-9) | (percent > high + 1e-9),
            f"amount given is not {low} to {high} % of the plan",
            "EXDOSE",
        ),
    )
    return gather(*(_graded(context, ex[hits], "C10", *said) for hits, *said in parts))


def _graded(
    context: CheckContext, rows: pd.DataFrame, check: str, text: str, column: str
) -> pd.DataFrame:
    severity = grade_by_deviation(context, rows, rows["EXSTDTC"].dt.normalize(), _AMOUNT)
    return report_rows(rows, "ex", check, severity, text, column)


def find_inconsistent_dose_weight(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C11: weight used for the amount far from the nearest measured weight."""
    given = context.given.assign(place=range(len(context.given)))
    pairs = given.merge(measured_weights(context), on=SUBJECT)
    # Of two equally near weights the earlier counts: it was known when the amount was planned.
    pairs["distance"] = (pairs["measured"] - pairs["day"]).abs()
    nearest = pairs.sort_values(["place", "distance", "measured", "kg"], kind="stable")
    nearest = nearest.drop_duplicates("place").set_index("place")
    used = nearest["EXWT"].astype("float64")
    off = 100 * (used - nearest["kg"]).abs() / nearest["kg"]
    limit = trial.checks.dose_weight_percent
    rows = given[given["place"].isin(off.index[off > limit + 1e-9])]
    text = f"weight used differs by more than {limit:g} % from the nearest measured weight"
    return report_rows(rows, "ex", "C11", "W", text, "EXWT")


def measured_weights(context: CheckContext) -> pd.DataFrame:
    """Possible weights in kg by SUBJID and day, the screening weight dated by consent."""
    dm = context["dm"]
    vs = context.vitals
    possible = vs["value"].notna() & (vs["plausibility"] != IMPOSSIBLE)
    vs = vs[(vs["VSTESTCD"] == "WEIGHT") & possible]
    parts = [
        pd.DataFrame(
            {
                SUBJECT: dm[SUBJECT],
                "measured": dm["RFICDTC"],
                "kg": dm["WEIGHT"].astype("float64"),
                "SRCROW": -1,
            }
        ),
        pd.DataFrame(
            {
                SUBJECT: vs[SUBJECT],
                "measured": vs["first"],
                "kg": vs["value"],
                "SRCROW": vs["SRCROW"],
            }
        ),
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=[SUBJECT, "measured", "kg"])


def find_inconsistent_interval(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C12: a later dose without the one before, or outside the planned interval."""
    given = context.given.drop_duplicates([SUBJECT, "DOSENUM"])
    later = given[given["DOSENUM"] > 1]
    before = given.assign(DOSENUM=given["DOSENUM"] + 1, before=given["day"])
    pairs = later.merge(
        before[[SUBJECT, "DOSENUM", "before"]], how="left", on=[SUBJECT, "DOSENUM"]
    ).set_index(later.index)
    days = (pairs["day"] - pairs["before"]).dt.days
    low, high = trial.doses.interval_days
    parts = (
        (days.isna(), "this dose was given, the one before it was not"),
        ((days < low) | (days > high), f"interval to the dose before is not {low} to {high} days"),
    )
    found = []
    for hits, text in parts:
        rows = later[hits]
        severity = grade_by_deviation(context, rows, rows["day"], _INTERVAL)
        found.append(report_rows(rows, "ex", "C12", severity, text, "EXSTDTC"))
    return gather(*found)


def find_inconsistent_lot(context: CheckContext, trial: Trial) -> pd.DataFrame:
    """C13: lot missing, not on the lot list, or used although the list says it must not be."""
    given = context.given
    missing = given["EXLOT"].isna()
    found = [report_rows(given[missing], "ex", "C13", "W", "lot number is missing", "EXLOT")]
    if not context.has("lot", "LOTSTAT") or context["lot"].empty:
        return gather(*found)
    lots = context["lot"]
    unlisted = given[~missing & ~given["EXLOT"].isin(lots["EXLOT"])]
    # A status of the same day counts: nobody can show that the use came first.
    pairs = given.assign(place=range(len(given))).merge(lots[["EXLOT", "LOTSTAT", "LOTDTC"]])
    pairs = pairs[pairs["LOTDTC"] <= pairs["day"]]
    pairs["bad"] = pairs["LOTSTAT"].isin(trial.checks.lot_findings)
    pairs = pairs.sort_values(["place", "LOTDTC", "bad"], kind="stable")
    last = pairs.drop_duplicates("place", keep="last")
    used = given[
        pd.Series(range(len(given)), index=given.index).isin(last.loc[last["bad"], "place"])
    ]
    return gather(
        *found,
        report_rows(unlisted, "ex", "C13", "W", "lot is not on the lot list", "EXLOT"),
        report_rows(used, "ex", "C13", "W", "lot was used after a finding about it", "EXLOT"),
    )
