"""Scores of one instrument as analysis rows: one row per form and parameter."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fugl_meyer import apply_gates
from helpers.scales.items.read import MISSING, UNTESTABLE, UNTESTABLE_OLD, Codes, encode_items
from helpers.scales.registry import DEFAULTS, Instrument, find_instrument

COLUMNS = ("FORM", "PARAMCD", "AVAL", "NMISS", "NUN", "NOTE")


def score_form_parameters(
    wide: pd.DataFrame, instrument: str, *, options: ScoreOptions = DEFAULTS
) -> pd.DataFrame:
    """Every parameter of every form.

    Parameters
    ----------
    wide : one row per form, item columns with raw values; columns that are no items are ignored,
        an item without a column counts as blank in every form
    instrument : QSCAT code (`NIHSS`, `FIM`, `MAS`, `FMA`, `SF36`) or module name
    options : how the forms are scored

    Returns
    -------
    One row per form and parameter, in that order: `FORM` (the index of `wide`), `PARAMCD`, `AVAL`
    (NaN where missing), `NMISS` (items of this parameter without a usable answer, after the
    Fugl-Meyer gates), `NUN` (untestable; in the FIM also "did not occur"), `NOTE`.
    """
    chosen = find_instrument(instrument, options)
    items = wide.reindex(columns=list(chosen.codes))
    scores = chosen.score(items)
    codes = encode_items(items, chosen.items)
    if chosen.qscat == "FMA" and len(chosen.items) > 1:
        codes, _ = apply_gates(codes)
    untestable = _flag_untestable(codes, chosen)
    missing = (codes >= MISSING) & ~untestable
    n_forms, n_parameters = len(wide), len(chosen.parameters)
    values = scores[[parameter.column for parameter in chosen.parameters]]
    return pd.DataFrame(
        {
            "FORM": np.repeat(wide.index.to_numpy(), n_parameters),
            "PARAMCD": np.tile(_names(chosen), n_forms),
            "AVAL": values.to_numpy(dtype=np.float64).ravel(),
            "NMISS": _count_by_parameter(missing, chosen),
            "NUN": _count_by_parameter(untestable, chosen),
            "NOTE": np.repeat(scores["note"].to_numpy(dtype=object), n_parameters),
        },
        columns=list(COLUMNS),
    )


def _names(instrument: Instrument) -> NDArray[np.object_]:
    return np.array([parameter.paramcd for parameter in instrument.parameters], dtype=object)


def _flag_untestable(codes: Codes, instrument: Instrument) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = (codes == UNTESTABLE) | (codes == UNTESTABLE_OLD)
    if instrument.qscat == "FIM":
        flags |= codes == 0
    return flags


def _count_by_parameter(flags: NDArray[np.bool_], instrument: Instrument) -> NDArray[Any]:
    """Flags per form and parameter, ravelled form by form."""
    position = {code: row for row, code in enumerate(instrument.codes)}
    counts = [
        flags[[position[code] for code in parameter.items]].sum(axis=0)
        for parameter in instrument.parameters
    ]
    return np.stack(counts, axis=1).ravel()
