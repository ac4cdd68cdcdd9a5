"""Response, severity class and the ends of the scale, by the thresholds of the trial's scores."""

import pandas as pd

from helpers.datasets.flags import flag
from helpers.params.trial import Responder, Score, Trial

# Differences of means of grades (0.48 of a grade) are not exact in binary.
TOLERANCE = 1e-9


def derive_response(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """CRIT1FL (responder: Y or N, empty without value or baseline) and UNABLEFL.

    UNABLEFL marks values of persons whose baseline lies so near the end of the scale that no
    possible value would make them responders.
    """
    responder = pd.Series(None, index=rows.index, dtype=object)
    unable = pd.Series(False, index=rows.index)
    for code, part in rows.groupby("PARAMCD", sort=True):
        score = trial.scores[str(code)]
        if score.responder is None:
            continue
        known = part["CHG"].notna()
        hit = responds(part["CHG"], part["AVAL"], score.responder)
        said = hit.map({True: "Y", False: "N"}).astype(object)
        responder.loc[part.index] = said.where(known, None)
        based = part[part["BASE"].notna()]
        unable.loc[based.index] = ~can_respond(based["BASE"], score, score.responder)
    return rows.assign(CRIT1FL=responder, UNABLEFL=flag(unable))


def responds(change: pd.Series, value: pd.Series, rule: Responder) -> pd.Series:
    """Whether a change, or the value reached, counts as response; a missing one does not."""
    sign = 1.0 if rule.change > 0 else -1.0
    hit = sign * change >= abs(rule.change) - TOLERANCE
    if rule.or_value_at_most is not None:
        hit |= value <= rule.or_value_at_most + TOLERANCE
    if rule.or_value_at_least is not None:
        hit |= value >= rule.or_value_at_least - TOLERANCE
    return hit.fillna(False).astype(bool)


def can_respond(base: pd.Series, score: Score, rule: Responder) -> pd.Series:
    """Whether the best possible value would be a response from this baseline."""
    best = float(score.range[1] if score.direction > 0 else score.range[0])
    reached = pd.Series(best, index=base.index, dtype="Float64")
    return responds(reached - base, reached, rule)


def derive_ends_of_scale(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """AVALCAT1 and BASECAT1 (severity class), FLOORFL and CEILFL (lowest, highest possible)."""
    codes = rows["PARAMCD"]
    low, high = (
        codes.map({c: float(s.range[end]) for c, s in trial.scores.items()}) for end in (0, 1)
    )
    classes = {
        name: pd.Series(None, index=rows.index, dtype=object) for name in ("AVALCAT1", "BASECAT1")
    }
    for code, score in trial.scores.items():
        for column, source in (("AVALCAT1", "AVAL"), ("BASECAT1", "BASE")):
            for label, (start, end) in score.classes.items():
                inside = (codes == code) & (rows[source] >= start) & (rows[source] <= end)
                classes[column] = classes[column].mask(inside.fillna(False), label)
    return rows.assign(
        **classes,
        FLOORFL=flag(rows["AVAL"] <= low + TOLERANCE),
        CEILFL=flag(rows["AVAL"] >= high - TOLERANCE),
    )
