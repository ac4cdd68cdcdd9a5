"""Visits of a trial, guessed from its analysis data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.imported.dataset import PERSON
from helpers.imported.term_guesses import BASELINE, NOT_PLANNED, make_codes

BASELINE_CODE = "BL"
USUAL_GAP = 28  # days between visits of which nothing says the day
UNITS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}
NAMED_DAY = re.compile(r"\b(d(?:ay)?|w(?:ee)?k|mo(?:nth)?|y(?:ea)?r)s?\s*(\d+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Visits:
    """Visits of the scores: `words` AVISIT -> code, `planned` as in trial.yaml, `others` words."""

    words: dict[str, str]
    planned: list[dict[str, Any]]
    others: list[str]


def fold(word: object) -> str:
    """A word by which visits are told apart: without case, and with single blanks."""
    return " ".join(str(word).casefold().split())


def find_visits(frames: Sequence[pd.DataFrame], adsl: pd.DataFrame) -> Visits:
    """Visits of these records, in the order of their days.

    Words that differ in letters or blanks only are one visit, written as most records write it.
    """
    frames = [frame for frame in frames if "AVISIT" in frame]
    rows = [_with_days(frame, adsl) for frame in frames]
    known = pd.concat(rows, ignore_index=True).dropna(subset=["AVISIT"]) if rows else None
    if known is None or known.empty:
        return Visits({}, [], [])
    words = known.groupby("FOLDED")["AVISIT"].agg(lambda w: w.value_counts().index[0])
    order = known.groupby("FOLDED")[["AVISITN", "DAY"]].median()
    order = order.assign(WORD=words).sort_values(["AVISITN", "DAY", "WORD"])
    # each data set may number its visits in its own way; days are the same in all
    order = order.assign(DAY=_guess_days(order)).sort_values("DAY", kind="stable")
    baseline = [w for w in order["WORD"] if BASELINE.search(w) and not NOT_PLANNED.search(w)]
    chosen = [
        row.WORD
        for row in order.itertuples()
        if row.WORD not in baseline and not NOT_PLANNED.search(row.WORD) and row.DAY > 1
    ]
    codes = make_codes(chosen, taken=[BASELINE_CODE])
    days = order.set_index("WORD")["DAY"]
    planned = [
        {"code": codes[word], "label": word, "target": max(0, round(float(days[word])) - 1)}
        for word in chosen
    ]
    mapped = {**dict.fromkeys(baseline[:1], BASELINE_CODE), **codes}
    return Visits(mapped, planned, [str(w) for w in order["WORD"] if w not in mapped])


def _guess_days(order: pd.DataFrame) -> pd.Series:
    """Day of each visit: of its records, else of its name, else so that visits stand in order."""
    named = order["WORD"].map(_read_named_day)
    placed = pd.Series(range(len(order)), index=order.index) * USUAL_GAP + 1.0
    placed = placed.mask(order["WORD"].map(lambda word: bool(BASELINE.search(word))), 1.0)
    return order["DAY"].fillna(named).fillna(placed)


def _read_named_day(word: str) -> float | None:
    found = NAMED_DAY.search(word)
    return None if found is None else UNITS[found[1][0].lower()] * int(found[2]) + 1


def _with_days(frame: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """AVISIT, AVISITN and study day of each record."""
    day = pd.Series(float("nan"), index=frame.index)
    if "ADY" in frame:
        day = frame["ADY"].astype("float64")
    elif "ADT" in frame and "TRTSDT" in adsl:
        start = frame[PERSON].map(adsl.drop_duplicates(PERSON).set_index(PERSON)["TRTSDT"])
        day = (frame["ADT"] - start).dt.days.astype("float64") + 1
    number = frame["AVISITN"].astype("float64") if "AVISITN" in frame else day
    return pd.DataFrame(
        {
            "AVISIT": frame["AVISIT"],
            "FOLDED": frame["AVISIT"].map(fold, na_action="ignore"),
            "AVISITN": number,
            "DAY": day,
        }
    )
