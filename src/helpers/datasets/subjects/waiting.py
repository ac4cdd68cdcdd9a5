"""How long each participant of an active arm waited for the first dose."""

import pandas as pd

AWAITED = ("GIVEN", "PENDING")
NEVER_GIVEN = ("CANCELLED", "LEFT")


def derive_waiting(adsl: pd.DataFrame, adex: pd.DataFrame) -> pd.DataFrame:
    """WAITSTT (GIVEN, PENDING, NEVER) and WAITENDT of adsl; null in control.

    Never dosed is whose first dose was cancelled and who left, died or completed the study without
    one. The wait ends with the first dose, while it is pending at the end of follow-up, and for who
    never got a dose on the day of its cancellation, with the end of follow-up at the latest. The
    day of cancellation is that of the end of treatment, else the one on which the site recorded
    that the dose was not given.
    """
    nothing_planned = pd.Series(None, index=adsl.index, dtype=object)
    status = adsl.get("D1STAT", nothing_planned)
    over = (status == "PENDING") & (adsl["EOSSTT"] == "COMPLETED")
    never = status.isin(NEVER_GIVEN) | over
    cancelled = adsl["EOTDT"].fillna(adsl["SUBJID"].map(_find_cancellations(adex)))
    early = (cancelled < adsl["EXITDT"]).fillna(False)
    end = adsl["EXITDT"].mask(never & early, cancelled)
    end = end.mask(status == "GIVEN", adsl["TRTSDTM"].dt.normalize())
    known = status.isin(AWAITED) | never
    return adsl.assign(
        WAITSTT=status.mask(never, "NEVER").where(known, None).astype(object),
        WAITENDT=end.where(known).astype("datetime64[s]"),
    )


def _find_cancellations(adex: pd.DataFrame) -> pd.Series:
    """Day on which it was recorded that dose 1 would not be given, by SUBJID."""
    rows = adex[(adex["DOSENUM"] == 1) & (adex["EXOCCUR"] == "N")]
    day = rows["EXSTDTC"].fillna(rows["ENTRYDTC"]).dt.normalize()
    days: pd.Series = day.groupby(rows["SUBJID"]).min()
    return days
