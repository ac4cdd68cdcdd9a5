"""Dates held against their own ISO text: a day 0 that is another one shows at once."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from helpers.imported.epochs import describe_shift
from helpers.imported.notes import Note
from helpers.imported.texts import map_texts, tidy_texts
from helpers.intake.day_forms import Moment, read_day

TREATMENT = {"TRTSDT": ("RFXSTDTC", "RFSTDTC"), "TRTEDT": ("RFXENDTC", "RFENDTC")}
LOOSE = ("RFSTDTC", "RFENDTC")  # by some sponsors something else than the treatment
RECORD = {"ASTDT": "STDTC", "AENDT": "ENDTC", "ADT": "DTC"}
OTHER_DOMAINS = ("RF", "DM")


def compare_with_text(
    dataset: str, frame: pd.DataFrame, counted: Mapping[str, str]
) -> Iterator[Note]:
    """Notes on dates that are not those of their own text."""
    for variable in frame.select_dtypes(include=["datetime64"]).columns:
        text = _find_text(str(variable), [str(name) for name in frame.columns])
        if text:
            days = (frame[variable].dt.normalize() - read_days(frame[text])).dt.days
            loose = text in LOOSE
            yield from describe_shift(dataset, str(variable), days, text, counted, loose=loose)


def _find_text(variable: str, columns: Sequence[str]) -> str | None:
    """ISO text of a date: AESTDTC of ASTDT, DTHDTC of DTHDT, QSDTC of ADT."""
    stem = variable.removesuffix("M")
    own: list[str] = [name for name in (*TREATMENT.get(stem, ()), f"{stem}C") if name in columns]
    if own:
        return own[0]
    ending = RECORD.get(stem)
    if ending is None:
        return None
    found = [
        name
        for name in columns
        if len(name) == 2 + len(ending) and name.endswith(ending) and name[:2] not in OTHER_DOMAINS
    ]
    return found[0] if len(found) == 1 else None


def read_days(values: pd.Series) -> pd.Series:
    """Days of ISO texts that are complete."""
    texts = tidy_texts(values)
    return texts.spread(map_texts(texts, _read_whole_day), "datetime64[s]")


def _read_whole_day(text: str) -> pd.Timestamp | None:
    found = read_day(text)
    return found.local.normalize() if isinstance(found, Moment) else None
