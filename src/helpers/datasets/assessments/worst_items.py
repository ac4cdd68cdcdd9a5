"""Change of the items of a form that were the worst at baseline, in steps of their answers."""

import numpy as np
import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.params.trial import Trial
from helpers.scales.items.read import MISSING, Item, encode_value
from helpers.scales.registry import build_instruments


def measure_worst_items(
    rows: pd.DataFrame, items: pd.DataFrame, code: str, trial: Trial
) -> pd.DataFrame:
    """Steps of the worst baseline items of a score's form, one row per row of `rows`.

    Parameters
    ----------
    rows : of the score `code`: SUBJID, FORMNO, ABLFL.
    items : of `build_adqs`: FORMNO, QSCAT, QSTESTCD, AVALC.

    Returns
    -------
    STEPS: change since baseline of the item that was the worst there, of the worst of them now
    where several were; a step is from one answer to the next, whatever its points. Empty without a
    baseline, and where one of these items has no answer now. BEST: STEPS if all of them had the
    best answer.
    """
    score = trial.scores[code]
    known = _list_items(trial, score.form)
    turn = -score.direction  # so that more is worse
    places = turn * _place_answers(items, known, score.form)
    start = rows[rows["ABLFL"] == "Y"].drop_duplicates("SUBJID").set_index("SUBJID")["FORMNO"]
    base = places.reindex(rows["SUBJID"].map(start)).to_numpy(dtype=np.float64)
    now = places.reindex(rows["FORMNO"]).to_numpy(dtype=np.float64)
    highest = np.fmax.reduce(base, axis=1, initial=-np.inf)
    highest = np.where(np.isfinite(highest), highest, np.nan)
    worst = base == highest[:, None]
    later = np.where(worst, now, -np.inf).max(axis=1, initial=-np.inf)
    ends = [turn * end for item in known.values() for end in (item.lowest, item.highest)]
    best = min(ends, default=np.nan)
    steps = {"STEPS": later - highest, "BEST": best - highest}
    # adding 0 turns -0 into 0
    return pd.DataFrame({name: turn * own + 0.0 for name, own in steps.items()}, index=rows.index)


def _list_items(trial: Trial, form: str) -> dict[str, Item]:
    """Items of a form with a list of answers, by their code."""
    instrument = build_instruments(build_score_options(trial)).get(form)
    items = instrument.items if instrument is not None else ()
    return {item.code: item for item in items if item.limits is None}


def _place_answers(items: pd.DataFrame, known: dict[str, Item], form: str) -> pd.DataFrame:
    """Place of each answer among those of its item: a row per FORMNO, a column per item."""
    own = items[(items["QSCAT"] == form) & items["QSTESTCD"].isin(list(known))]
    answers = own["AVALC"].astype(object).where(own["AVALC"].notna(), None)
    pairs = list(zip(own["QSTESTCD"], answers, strict=True))
    table = {pair: encode_value(pair[1], known[pair[0]]) for pair in set(pairs)}
    codes = np.array([table[pair] for pair in pairs], dtype=np.float64)
    answered = own.assign(PLACE=np.where(codes < MISSING, codes, np.nan))
    wide = answered.drop_duplicates(["FORMNO", "QSTESTCD"], keep="last")
    return wide.pivot(index="FORMNO", columns="QSTESTCD", values="PLACE").reindex(
        columns=list(known)
    )
