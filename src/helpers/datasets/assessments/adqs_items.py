"""Items of the forms that summaries use: points, improvement since baseline, name and part."""

import numpy as np
import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.datasets.flags import flag
from helpers.params.trial import Trial
from helpers.scales.items.read import encode_value
from helpers.scales.registry import Instrument, build_instruments

ITEM = ["QSCAT", "QSTESTCD"]
FORM = ["USUBJID", "QSCAT", "AVISIT"]


def derive_item_values(adqs: pd.DataFrame, adeff: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """`adqs` with what displays need of single items.

    Returns
    -------
    As given, with ANL01FL (Y on the items of the one form per visit whose scores summaries use),
    QSTEST (neutral name of the item), QSPART (part of a long form, else the name), AVAL (points of
    the answer), IMPRPCT (improvement since baseline in percent of the range of the item; empty
    where a form has no direction).
    """
    instruments = build_instruments(build_score_options(trial))
    rows = adqs.assign(ANL01FL=_flag_used(adqs, adeff))
    facts = _describe_items(rows, instruments)
    points = _find_points(rows, instruments)
    rows = rows.assign(QSTEST=facts["QSTEST"], QSPART=facts["QSPART"], AVAL=points)
    base = _find_baseline(rows, trial)
    change = 100 * facts["DIRECTION"] * (points - base) / facts["RANGE"]
    later = rows["AVISIT"].isin([visit.code for visit in trial.visits])
    wanted = later & (rows["ANL01FL"] == "Y") & (facts["DIRECTION"] != 0)
    # adding 0 turns -0 into 0
    return rows.assign(
        AVAL=_nullable(points), IMPRPCT=_nullable(change.where(wanted.fillna(False)) + 0.0)
    )


def _flag_used(adqs: pd.DataFrame, adeff: pd.DataFrame) -> pd.Series:
    """Y on the items of the form that gives most of the scores used at a visit."""
    used = adeff[(adeff["ANL01FL"] == "Y") & (adeff["SRCDOM"] == "qs")]
    counted = used.groupby(["USUBJID", "FORM", "AVISIT", "SRCSEQ"]).size().rename("SCORES")
    forms = counted.reset_index().sort_values(["SCORES", "SRCSEQ"], ascending=[False, True])
    first = forms.drop_duplicates(["USUBJID", "FORM", "AVISIT"])["SRCSEQ"]
    chosen = set(adqs.loc[adqs["SRCSEQ"].isin(set(first)), "FORMNO"])
    return flag(adqs["FORMNO"].isin(chosen))


def _describe_items(rows: pd.DataFrame, instruments: dict[str, Instrument]) -> pd.DataFrame:
    """QSTEST, QSPART, DIRECTION and RANGE of every row; empty for an item that is not known."""
    facts = {
        (form, item.code): (
            item.label,
            own.find_part(item.code) or item.label,
            float(own.direction),
            _measure_range(own, item.lowest, item.highest),
        )
        for form, own in instruments.items()
        for item in own.items
        if item.limits is None
    }
    keys = list(zip(rows["QSCAT"], rows["QSTESTCD"], strict=True))
    nothing = (None, None, np.nan, np.nan)
    return pd.DataFrame(
        [facts.get(key, nothing) for key in keys],
        columns=["QSTEST", "QSPART", "DIRECTION", "RANGE"],
        index=rows.index,
    )


def _measure_range(instrument: Instrument, lowest: int, highest: int) -> float:
    low, high = instrument.find_points(lowest), instrument.find_points(highest)
    return float(high or 0) - float(low or 0) or np.nan


def _find_points(rows: pd.DataFrame, instruments: dict[str, Instrument]) -> pd.Series:
    """Points of every legal answer; each combination of item and answer is read once."""
    places = rows.groupby([*ITEM, "AVALC"], dropna=True).indices
    found = np.full(len(rows), np.nan)
    items = {(form, item.code): item for form, own in instruments.items() for item in own.items}
    for (form, code, answer), at in places.items():
        item = items.get((form, code))
        if item is None or item.limits is not None:
            continue
        points = instruments[form].find_points(encode_value(answer, item))
        found[at] = np.nan if points is None else points
    return pd.Series(found, index=rows.index)


def _find_baseline(rows: pd.DataFrame, trial: Trial) -> pd.Series:
    """Points of the same item at baseline."""
    chosen = (rows["AVISIT"] == trial.baseline.code) & (rows["ANL01FL"] == "Y")
    keys = ["USUBJID", *ITEM]
    base = rows[chosen & rows["AVAL"].notna()].drop_duplicates(keys).set_index(keys)["AVAL"]
    wanted = pd.MultiIndex.from_frame(rows[keys])
    return pd.Series(base.reindex(wanted).to_numpy(dtype=float), index=rows.index)


def _nullable(values: pd.Series) -> pd.Series:
    return values.astype("Float64").where(values.notna())
