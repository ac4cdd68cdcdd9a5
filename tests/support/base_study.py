"""A study of 24 invented participants in two arms, untouched, to plant one oddity at a time in.

Twelve an arm; 29 adverse events in 18 participants, 8 of them serious in 7.
"""

from functools import cache
from pathlib import Path

import pandas as pd

FIELD = Path(__file__).parents[1] / "imported" / "field"
BASE = FIELD / "00_base" / "adam"
DATES = {
    "adsl": ["RANDDT", "TRTSDT", "TRTEDT", "EOSDT"],
    "adae": ["ASTDT", "AENDT"],
    "adqs": ["ADT"],
}
TEXT = {"USUBJID": str, "SUBJID": str, "STUDYID": str}


def read_base() -> dict[str, pd.DataFrame]:
    """The three data sets, typed; whoever asks may change them."""
    return {name: frame.copy() for name, frame in _read().items()}


@cache
def _read() -> dict[str, pd.DataFrame]:
    frames = {}
    for name, dates in DATES.items():
        frame = pd.read_csv(BASE / f"{name}.csv", dtype=TEXT, parse_dates=dates)
        frames[name] = frame.astype(
            {c: object for c in frame if frame[c].isna().all() and c not in dates}
        )
    return frames


def arm_of(frame: pd.DataFrame) -> pd.Series:
    """Planned arm of each row, from the untouched study."""
    adsl = read_base()["adsl"].set_index("USUBJID")["TRT01P"]
    return frame["USUBJID"].map(adsl)
