"""Response, severity class and the ends of the scale, by the thresholds of the trial's scores."""

import pandas as pd

from helpers.checks.scores import build_score_options
from helpers.datasets.assessments.worst_items import measure_worst_items
from helpers.datasets.flags import flag, yes_no
from helpers.params.trial import Responder, Trial
from helpers.scales.registry import build_instruments

Ends = tuple[float, float]
# Differences of means of grades (0.48 of a grade) are not exact in binary.
TOLERANCE = 1e-9


def derive_response(
    rows: pd.DataFrame, trial: Trial, items: pd.DataFrame | None = None
) -> pd.DataFrame:
    """CRIT1FL (responder: Y or N, empty without value or baseline) and UNABLEFL.

    UNABLEFL marks values of participants whose baseline lies so near the end of the scale that no
    possible value would make them responders. `items`, of `build_adqs`, are what a rule of the
    worst items is judged by; without them nobody is.
    """
    responder = pd.Series(None, index=rows.index, dtype=object)
    unable = pd.Series(False, index=rows.index)
    ends = find_ends(trial)
    for code, part in rows.groupby("PARAMCD", sort=True):
        score = trial.scores[str(code)]
        if score.responder is None:
            continue
        if score.responder.of == "worst_items":
            if items is not None:
                steps = measure_worst_items(part, items, str(code), trial)
                steps["STEPS"] = steps["STEPS"].where(part["CHG"].notna())
                responder.loc[part.index] = _say_response(steps["STEPS"], None, score.responder)
                known = steps["BEST"].notna()
                unable.loc[part.index] = known & ~responds(steps["BEST"], None, score.responder)
            continue
        responder.loc[part.index] = _say_response(part["CHG"], part["AVAL"], score.responder)
        based = part[part["BASE"].notna()]
        if str(code) in ends:
            best = ends[str(code)][score.direction > 0]
            unable.loc[based.index] = ~can_respond(based["BASE"], best, score.responder)
    return rows.assign(CRIT1FL=responder, UNABLEFL=flag(unable))


def _say_response(change: pd.Series, value: pd.Series | None, rule: Responder) -> pd.Series:
    """Y or N, empty where no change is known."""
    said = responds(change, value, rule).map({True: "Y", False: "N"}).astype(object)
    return said.where(change.notna(), None)


def responds(change: pd.Series, value: pd.Series | None, rule: Responder) -> pd.Series:
    """Whether a change, or the value reached, counts as response; a missing one does not."""
    sign = 1.0 if rule.change > 0 else -1.0
    hit = sign * change >= abs(rule.change) - TOLERANCE
    if rule.or_value_at_most is not None and value is not None:
        hit |= value <= rule.or_value_at_most + TOLERANCE
    if rule.or_value_at_least is not None and value is not None:
        hit |= value >= rule.or_value_at_least - TOLERANCE
    return hit.fillna(False).astype(bool)


def can_respond(base: pd.Series, best: float, rule: Responder) -> pd.Series:
    """Whether the best possible value would be a response from this baseline."""
    reached = pd.Series(best, index=base.index, dtype="Float64")
    return responds(reached - base, reached, rule)


def derive_ends_of_scale(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """AVALCAT1 and BASECAT1 (severity class), FLOORFL and CEILFL (lowest, highest possible).

    FLOORFL and CEILFL are Y or N, empty without a value and for a score without ends.
    """
    codes, ends = rows["PARAMCD"], find_ends(trial)
    low, high = (codes.map({code: pair[end] for code, pair in ends.items()}) for end in (0, 1))
    known = rows["AVAL"].notna() & codes.isin(list(ends))
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
        FLOORFL=yes_no(rows["AVAL"] <= low + TOLERANCE).where(known, None),
        CEILFL=yes_no(rows["AVAL"] >= high - TOLERANCE).where(known, None),
    )


def find_ends(trial: Trial) -> dict[str, Ends]:
    """Lowest and highest value that answers can give, by PARAMCD.

    A norm-based score has the ends of its raw scale, through the norms. A component of several
    scales has none: its weights have both signs, so its extremes need contradictory answers.
    """
    instruments = build_instruments(build_score_options(trial)).values()
    scored = {own.paramcd: (own.low, own.high) for form in instruments for own in form.parameters}
    ends = {
        code: (float(s.range[0]), float(s.range[1])) for code, s in trial.scores.items() if s.range
    }
    normed = [code for code, score in trial.scores.items() if score.norm_of and code not in ends]
    return ends | {code: scored[code] for code in normed if code in scored}
