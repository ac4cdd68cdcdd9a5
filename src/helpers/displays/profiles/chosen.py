"""Who gets a profile: participants with a grave event or liver tests, the gravest first."""

import pandas as pd

from helpers.displays.columns import choose_arm
from helpers.view import ClosedView

MOST = 60  # participants drawn, however large the trial
OTHER = 5  # REASON of who has a serious event and nothing graver


def choose_participants(view: ClosedView) -> pd.DataFrame:
    """Rows of adsl of randomised participants with a serious event or one of the other reasons.

    REASON says which: 0 died, 1 stopping event, 2 immediate trigger, 3 potential Hy's law case,
    4 related serious event, 5 other serious event; rows in its order, then of the arms and of
    SUBJID.
    """
    adae = view["adae"]
    stopping, triggered = _subjects(adae, "SEVTOXFL"), _triggered(view)
    hepatic = _find_hepatic(view)
    chosen = stopping | triggered | hepatic | _subjects(adae, "ASERFL")
    persons = view.population("ITT")
    persons = persons[persons["USUBJID"].isin(chosen)]
    arms = choose_arm(view, persons)
    order = {arm.code: place for place, arm in enumerate(view.arms)}
    related = _subjects(adae, "ASERFL", "RELFL")
    reason = pd.Series(OTHER, index=persons.index).mask(persons["USUBJID"].isin(related), 4)
    reason = reason.mask(persons["USUBJID"].isin(hepatic), 3)
    reason = reason.mask(persons["USUBJID"].isin(triggered), 2)
    reason = reason.mask(persons["USUBJID"].isin(stopping), 1)
    reason = reason.mask((persons["DTHFL"] == "Y").fillna(False), 0)
    persons = persons.assign(ARM=arms, PLACE=arms.map(order), REASON=reason)
    return persons.sort_values(["REASON", "PLACE", "SUBJID"], kind="stable")


def choose_drawn(chosen: pd.DataFrame, least: int) -> pd.DataFrame:
    """Who is drawn: everybody with more than an unrelated serious event, then up to `least`.

    At most `MOST`, the gravest.
    """
    grave = int((chosen["REASON"] < OTHER).sum())
    return chosen.head(min(max(grave, least), MOST))


def _subjects(adae: pd.DataFrame, *flags: str) -> set[str]:
    """USUBJID of an event with these flags, among those that began after randomisation."""
    if not set(flags) <= set(adae):
        return set()
    hit = (adae[list(flags)] == "Y").all(axis=1)
    if "AFTRANFL" in adae:
        hit &= adae["AFTRANFL"] == "Y"
    return set(adae.loc[hit, "USUBJID"])


def _triggered(view: ClosedView) -> set[str]:
    if not view.has("adpause"):
        return set()
    rows = view["adpause"]
    return set(rows.loc[rows["METFL"] == "Y", "USUBJID"].dropna())


def _find_hepatic(view: ClosedView) -> set[str]:
    """USUBJID of potential Hy's law cases, as F-S-11 has them."""
    if not view.has("adlb", "HYSFL"):
        return set()
    rows = view["adlb"]
    return set(rows.loc[rows["HYSFL"] == "Y", "USUBJID"].dropna())
