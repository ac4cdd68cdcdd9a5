"""How often each arm was sampled: where arms differ, so do their chances of an odd value."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.formats import format_number
from helpers.params.trial import Trial
from helpers.view import Group

UNEQUAL = 1.2  # times as many values per participant, from which arms are not sampled alike
BY_PLAN = "of them at planned visits"


def choose_planned(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Values that were taken at planned visits, for which every arm is sampled alike.

    By the visit of the site: the value that stands for a month in analyses can be one of the stay
    for a dose, where that was nearer to the day, and only arms with doses have such stays.
    """
    if "VISIT" in rows:
        return rows[rows["VISIT"].isin(trial.visit_codes) & rows["AVAL"].notna()]
    if not {"ANL01FL", "AVISITN"} <= set(rows):
        return rows.iloc[:0]
    return rows[(rows["ANL01FL"] == "Y") & rows["AVISITN"].notna()]


def describe_sampling(rows: pd.DataFrame, groups: Sequence[Group]) -> str:
    """The same for a table that has lines of planned visits."""
    said = state_sampling(rows, groups)
    return f'{said} Lines "{BY_PLAN}" count the samples that every arm has.' if said else ""


def state_sampling(rows: pd.DataFrame, groups: Sequence[Group]) -> str:
    """Values after baseline per participant and arm, where arms differ; else empty.

    Parameters
    ----------
    rows : USUBJID and POSTFL of measured values.
    groups : columns of a table; the total is left out.
    """
    if "POSTFL" not in rows:
        return ""
    after = rows[rows["POSTFL"] == "Y"]
    each = {
        group.label: after["USUBJID"].isin(group.subjects).sum() / group.n
        for group in groups
        if group.code and group.n
    }
    if len(each) < 2 or not min(each.values()) or max(each.values()) / min(each.values()) < UNEQUAL:
        return ""
    said = ", ".join(f"{arm} {format_number(number, 1)}" for arm, number in each.items())
    return (
        f"Arms are not sampled alike (values of all tests after baseline per participant: {said}): "
        "arms with doses are sampled around these too, so more of their values can be out of "
        "range."
    )
