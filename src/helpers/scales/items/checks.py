"""Findings on item-level data: illegal answers, gates, coma. Values are judged, never repaired."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fugl_meyer import GATES
from helpers.scales.items.read import IMPOSSIBLE, MISSING, UNTESTABLE_OLD, Item, nearest_name
from helpers.scales.items.rows import (
    FORM_KEYS,
    UNKNOWN_ITEM,
    ItemRows,
    classify_items,
    spread_items,
)
from helpers.scales.nihss import COMA_FIXED, COMA_USUAL
from helpers.scales.registry import DEFAULTS, Instrument, build_instruments

COLUMNS = ("ROW", "QSCAT", "QSTESTCD", "QSORRES", "PROBLEM", "TEXT", "NULLED")


@dataclass(frozen=True)
class _Problem:
    """One kind of problem at some rows (positions)."""

    rows: NDArray[np.intp]
    code: str
    text: str
    nulled: bool


def check_items(
    long: pd.DataFrame, *, options: ScoreOptions = DEFAULTS, form: Sequence[str] = FORM_KEYS
) -> pd.DataFrame:
    """Every answer that the scales' rules do not allow.

    Parameters
    ----------
    long : one row per item: QSCAT, QSTESTCD, QSORRES (text), and the columns of `form` that name
        a form; its index names the rows. Other forms, blanks and rows for a whole form
        (QSTESTCD `ALL`) are passed over.
    options : which SF-36 version, muscles and FMS definition are in force
    form : columns that together name one form; those that are there are used

    Returns
    -------
    One row per problem, ordered by position in `long`: `ROW` (index label), `QSCAT`, `QSTESTCD`,
    `QSORRES`, `PROBLEM`, `TEXT`, `NULLED` (True: the value is no use for analysis). Problems:
    `ITEM_UNKNOWN`, `ITEM_RANGE` (a number outside the range), `ITEM_CODE` (no legal code),
    `ITEM_UN` (untestable not allowed here), `GATE` (Fugl-Meyer), `OLD_UN` (9 read as UN, kept),
    `COMA` (item 8 or 9 against coma, kept), `COMA_UNUSUAL` (soft, kept).
    """
    instruments = build_instruments(options)
    classified = classify_items(long, instruments)
    problems = [
        *_find_illegal(classified, instruments),
        *_find_gates(long, classified, instruments, form),
        *_find_coma(long, classified, form),
    ]
    return _build_findings(long, problems)


def _find_illegal(classified: ItemRows, instruments: Mapping[str, Instrument]) -> list[_Problem]:
    """One problem per illegal combination of item and answer."""
    flagged = np.isin(classified.codes, (IMPOSSIBLE, UNKNOWN_ITEM, UNTESTABLE_OLD))
    rows = np.flatnonzero(flagged)
    order = np.argsort(classified.answers[rows], kind="stable")
    found, starts = np.unique(classified.answers[rows][order], return_index=True)
    return [
        _Problem(at, *_say_illegal(classified.combinations[answer], instruments))
        for answer, at in zip(found, np.split(rows[order], starts[1:]), strict=False)
    ]


def _say_illegal(
    combination: tuple[Any, Any, Any], instruments: Mapping[str, Instrument]
) -> tuple[str, str, bool]:
    qscat, code, raw = combination
    instrument = instruments[qscat]
    item = {item.code: item for item in instrument.items}.get(code)
    text = str(raw).strip()
    if item is None:
        near = nearest_name(str(code), instrument.codes)
        hint = f"; nearest is {near}" if near else ""
        return "ITEM_UNKNOWN", f"{qscat} has no item {code}{hint}", True
    if item.coding.get(text) == UNTESTABLE_OLD:
        return "OLD_UN", f"{code}: 9 is read as UN (untestable)", False
    if text.upper() in ("UN", "NT"):
        return "ITEM_UN", f"{code}: {text} is not allowed for this item", True
    if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text):
        return "ITEM_RANGE", f"{code}: {text} is not one of {_say_allowed(item)}", True
    return "ITEM_CODE", f"{code}: {text!r} is not a legal code ({_say_allowed(item)})", True


def _say_allowed(item: Item) -> str:
    if item.limits is not None:
        return f"{item.limits[0]:g} to {item.limits[1]:g}"
    return " ".join(item.allowed)


def _find_gates(
    long: pd.DataFrame,
    classified: ItemRows,
    instruments: Mapping[str, Instrument],
    form: Sequence[str],
) -> list[_Problem]:
    """A gated Fugl-Meyer item above 0 although the part before it is not full."""
    problems = []
    for gate in GATES:
        if gate.gated not in instruments["FMA"].codes:
            continue
        names = (gate.gated, *gate.needs)
        codes, positions = spread_items(long, classified, "FMA", names, form)
        full = (codes[1:] == 2).all(axis=0)
        breaks = (codes[0] > 0) & (codes[0] < MISSING) & ~full
        text = f"{gate.gated} is above 0 although {gate.part} is not full; counted as 0"
        problems.append(_Problem(positions[0][breaks], "GATE", text, nulled=True))
    return problems


def _find_coma(long: pd.DataFrame, classified: ItemRows, form: Sequence[str]) -> list[_Problem]:
    """Recorded answers that do not go with coma (item 1a = 3)."""
    expected = COMA_FIXED | COMA_USUAL
    codes, positions = spread_items(long, classified, "NIHSS", ("n1a", *expected), form)
    problems = []
    for row, (name, usual) in enumerate(expected.items(), start=1):
        found = codes[row]
        breaks = (codes[0] == 3) & (found < MISSING) & (found != usual)
        fixed = name in COMA_FIXED
        text = f"{name} is not {usual} although n1a is 3 (coma)"
        code = "COMA" if fixed else "COMA_UNUSUAL"
        problems.append(_Problem(positions[row][breaks], code, text, nulled=False))
    return problems


def _build_findings(long: pd.DataFrame, problems: Sequence[_Problem]) -> pd.DataFrame:
    rows = np.concatenate([np.empty(0, dtype=np.intp), *(p.rows for p in problems)])
    sizes = [len(problem.rows) for problem in problems]
    order = np.argsort(rows, kind="stable")
    at = rows[order]
    columns: dict[str, Any] = {"ROW": long.index.to_numpy()[at]}
    columns |= {
        name: long[name].to_numpy(dtype=object)[at] for name in ("QSCAT", "QSTESTCD", "QSORRES")
    }
    for name, values in (
        ("PROBLEM", [problem.code for problem in problems]),
        ("TEXT", [problem.text for problem in problems]),
        ("NULLED", [problem.nulled for problem in problems]),
    ):
        dtype = bool if name == "NULLED" else object
        columns[name] = np.repeat(np.array(values, dtype=dtype), sizes)[order]
    return pd.DataFrame(columns, columns=list(COLUMNS))
