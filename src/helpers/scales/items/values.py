"""The number behind every recorded item, for displays at item level."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.scales import mas
from helpers.scales.command.options import ScoreOptions
from helpers.scales.fugl_meyer import GATES
from helpers.scales.items.read import IMPOSSIBLE, MISSING, UNTESTABLE, UNTESTABLE_OLD
from helpers.scales.items.rows import (
    FOREIGN,
    FORM_KEYS,
    UNKNOWN_ITEM,
    classify_items,
    spread_items,
)
from helpers.scales.registry import DEFAULTS, Instrument, build_instruments

NOTES = {
    MISSING: "MISSING",
    IMPOSSIBLE: "IMPOSSIBLE",
    UNTESTABLE: "UNTESTABLE",
    UNTESTABLE_OLD: "UNTESTABLE",
    FOREIGN: "NOT_AN_ITEM",
    UNKNOWN_ITEM: "UNKNOWN_ITEM",
}


def derive_item_values(
    long: pd.DataFrame, *, options: ScoreOptions = DEFAULTS, form: Sequence[str] = FORM_KEYS
) -> pd.DataFrame:
    """Validated value of each item row.

    Parameters
    ----------
    long : QSCAT, QSTESTCD, QSORRES (text) and the columns of `form`
    options : MAS coding, SF-36 version, FMS definition
    form : columns that together name one form

    Returns
    -------
    Same index as `long`: `AVAL` (points of the item as it enters the score; raw code for the
    SF-36; NaN where there is none) and `ITEMNOTE`: empty, `MISSING`, `IMPOSSIBLE`, `UNTESTABLE`,
    `GATED` (set to 0), `NOT_AN_ITEM`, `UNKNOWN_ITEM`. In the FIM, NT has value 1 and the note.
    """
    instruments = build_instruments(options)
    classified = classify_items(long, instruments)
    pairs = zip(classified.combinations, classified.table, strict=False)
    table = [_value_of(answer, int(code), instruments, options) for answer, code in pairs]
    values = np.array(table or [np.nan])[classified.answers]
    notes = np.array([NOTES.get(code, "") for code in range(16)], dtype=object)[classified.codes]
    for gate in GATES:
        if gate.gated in instruments["FMA"].codes:
            names = (gate.gated, *gate.needs)
            codes, positions = spread_items(long, classified, "FMA", names, form)
            closed = ~(codes[1:] == 2).all(axis=0) & (codes[0] != 0) & (positions[0] >= 0)
            values[positions[0][closed]] = 0
            notes[positions[0][closed]] = "GATED"
    return pd.DataFrame({"AVAL": values, "ITEMNOTE": notes}, index=long.index)


def _value_of(
    answer: tuple[Any, Any, Any],
    code: int,
    instruments: Mapping[str, Instrument],
    options: ScoreOptions,
) -> float:
    qscat, name, raw = answer
    if qscat == "FIM" and code in (0, UNTESTABLE):
        return 1.0
    if code >= MISSING:
        return np.nan
    if qscat == "MAS":
        return float(mas.CODINGS[options.mas_coding][code])
    limits = {item.code: item.limits for item in instruments[qscat].items}[name]
    return float(code) if limits is None else float(raw)
