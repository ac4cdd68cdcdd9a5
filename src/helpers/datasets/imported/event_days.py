"""When given events began and ended: by their dates, else by what their text leaves possible.

An event without a date is never one that did not happen. Nothing is imputed: it counts in every
period that its beginning may lie in, and ASTDTF says what of the day is not known (D the day, M the
month, Y everything).
"""

import pandas as pd

from helpers.intake.day_forms import Partial, read_day
from helpers.intake.imported import PARTIAL
from helpers.intake.partial_dates import earliest_date, latest_date

TEXTS = {"ASTDT": "AESTDTC", "AENDT": "AEENDTC"}
FLAGS = {4: "M", 7: "D"}
COLUMNS = ("FIRSTDT", "LASTDT")  # first and last day on which an event can have begun


def derive_event_days(ae: pd.DataFrame) -> pd.DataFrame:
    """Events with ASTDT, AENDT, ASTDTF, and the first and last possible day of their beginning.

    A day that is only in the text (AESTDTC) is taken from there; of one that the sponsor imputed
    (ASTDTF) the whole month or year is possible. FIRSTDT is null where the event may have begun at
    any time before, LASTDT where it may have begun at any time after; it did not begin after its
    end.
    """
    starts, ends = _derive_day(ae, "ASTDT"), _derive_day(ae, "AENDT")
    given = ae["ASTDTF"] if "ASTDTF" in ae else pd.Series(None, index=ae.index, dtype=object)
    given = given.where(given.notna(), None).astype(object)
    imputed = given.where(starts["day"].notna())
    first = starts["first"].mask(imputed == "D", starts["first"].dt.to_period("M").dt.start_time)
    first = first.mask(imputed == "M", starts["first"].dt.to_period("Y").dt.start_time)
    last = starts["last"].mask(imputed == "D", starts["last"] + pd.offsets.MonthEnd(0))
    last = last.mask(imputed == "M", starts["last"] + pd.offsets.YearEnd(0))
    last = pd.DataFrame({"start": last.mask(imputed == "Y"), "end": ends["last"]}).min(axis=1)
    certain = starts["day"].notna() & imputed.isna()
    return ae.assign(
        ASTDT=starts["day"],
        AENDT=ends["day"],
        ASTDTF=given.mask(starts["day"].isna(), starts["text"].map(_say_unknown)),
        FIRSTDT=first.mask(imputed == "Y").astype("datetime64[s]"),
        LASTDT=last.mask(certain, starts["day"]).astype("datetime64[s]"),
    )


def _say_unknown(text: str | None) -> str:
    return FLAGS.get(len(text or ""), "Y")


def _derive_day(ae: pd.DataFrame, variable: str) -> pd.DataFrame:
    """day, first and last possible day, and `text` as `YYYY` or `YYYY-MM` where it is partial."""
    empty = pd.Series(None, index=ae.index, dtype=object)
    own = ae[variable] if variable in ae else pd.Series(pd.NaT, index=ae.index)
    own = own.astype("datetime64[s]").dt.normalize()
    text = ae.get(TEXTS[variable], empty)
    known = {word: read_day(str(word)) for word in text[own.isna()].dropna().unique()}
    written = text.map(lambda word: getattr(known.get(word), "local", None), na_action="ignore")
    day = own.fillna(pd.to_datetime(written).astype("datetime64[s]").dt.normalize())
    partial = text.map(lambda word: _get_partial(known.get(word)), na_action="ignore")
    kept = ae.get(variable + PARTIAL, empty).astype(object)
    partial = kept.where(kept.notna(), partial).where(day.isna(), None)
    partial = partial.astype(object).where(partial.notna(), None)
    return pd.DataFrame(
        {
            "day": day,
            "first": day.fillna(earliest_date(partial)),
            "last": day.fillna(latest_date(partial)),
            "text": partial,
            "written": own.isna() & day.notna(),
        }
    )


def _get_partial(found: object) -> str | None:
    return found.text if isinstance(found, Partial) else None


def count_event_days(ae: pd.DataFrame) -> dict[str, int]:
    """Events by how their beginning is known, where it is not by its date.

    `written` only in the text, `partial` by month or year, `unknown` not at all.
    """
    starts = _derive_day(ae, "ASTDT")
    partial = starts["text"].notna()
    return {
        "written": int(starts["written"].sum()),
        "partial": int(partial.sum()),
        "unknown": int((starts["day"].isna() & ~partial).sum()),
    }
