"""Scores that the displays summarise: which rows, which scores, and the sentences about them."""

from collections.abc import Mapping

import pandas as pd

from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.view import Group, View

ENDS = ("FLOORFL", "CEILFL")
OF_RESPONSE = ("CRIT1FL", "UNABLEFL")
Scores = Mapping[tuple[str, str], pd.DataFrame]


def choose_scores(view: View) -> Scores:
    """What summaries use of adeff: one row per participant at each score and planned visit.

    Returns
    -------
    Frames with USUBJID as index by (PARAMCD, AVISIT); only rows with a value. Every display and
    every condition of one asks for them, so that a view makes them once.
    """
    return view.once(_choose_scores)


def _choose_scores(view: View) -> Scores:
    rows = view["adeff"]
    kept = (
        (rows["ANL01FL"] == "Y")
        & rows["AVAL"].notna()
        & rows["AVISIT"].isin(view.trial.visit_codes)
        & rows["USUBJID"].isin(view.total(view.interim.population_efficacy).subjects)
    )
    flags = [name for name in (*ENDS, *OF_RESPONSE) if name in rows]
    chosen = rows.loc[kept].set_index("USUBJID")
    keys = [chosen["PARAMCD"], chosen["AVISIT"]]
    parts = chosen[["AVAL", "CHG", "IMPRV", *flags]].groupby(keys)
    return {(str(code), str(visit)): own for (code, visit), own in parts}


def read_values(scores: Scores, code: str, visit: str, variable: str) -> pd.Series:
    """AVAL, CHG or IMPRV of one score at one visit by USUBJID, without missing values."""
    rows = scores.get((code, visit))
    return pd.Series(dtype=float) if rows is None else rows[variable].dropna().astype(float)


def read_flags(scores: Scores, code: str, visit: str, flag: str) -> pd.Series:
    """A flag of one score at one visit (Y or N) by USUBJID, without missing ones."""
    rows = scores.get((code, visit))
    if rows is None or flag not in rows:
        return pd.Series(dtype=object)
    return rows[flag].dropna()


def has_ends(scores: Scores, code: str) -> bool:
    """Whether a score has a lowest and a highest possible value."""
    return any(
        set(ENDS) <= set(rows) and rows[list(ENDS)].notna().any(axis=None)
        for (own, _), rows in scores.items()
        if own == code
    )


def share_of_yes(flags: pd.Series) -> float:
    """Percent of flags that are Y; NaN without any."""
    return 100 * float((flags == "Y").mean()) if len(flags) else NAN


def values_of(values: pd.Series, group: Group) -> pd.Series:
    """Values of the participants of a group."""
    return values[values.index.isin(group.subjects)]


def list_known_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Scores of the trial that have any value, in the order of the trial."""
    known = {code for code, _ in scores}
    return {code: score for code, score in view.trial.scores.items() if code in known}


def is_planned(view: View, score: Score, visit: str) -> bool:
    """Whether the form of a score is planned at a visit."""
    return visit in view.trial.forms[score.form].visits


def list_baseline_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Known scores whose form is planned at baseline, or that have a value there all the same."""
    visit = view.trial.baseline.code
    return {
        code: score
        for code, score in list_known_scores(view, scores).items()
        if is_planned(view, score, visit) or (code, visit) in scores
    }


def list_changing_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Known scores that can change: planned at baseline, or with a change in the data."""
    changed = view.once(_find_changed)
    baseline = list_baseline_scores(view, scores)
    return {
        code: score
        for code, score in list_known_scores(view, scores).items()
        if code in baseline or code in changed
    }


def _find_changed(view: View) -> frozenset[str]:
    """Codes of the scores with a change at any visit."""
    scores = choose_scores(view)
    return frozenset(code for (code, _), rows in scores.items() if rows["CHG"].notna().any())


def list_ranked_scores(view: View, scores: Scores) -> dict[str, Score]:
    """Main scores and the key score that have a change, and a direction that somebody decided."""
    changed = view.once(_find_changed)
    return {
        code: score
        for code, score in list_changing_scores(view, scores).items()
        if code in changed
        and score.direction_decided
        and (score.main or code == view.interim.key_param)
    }


def name_left_out(known: dict[str, Score], shown: dict[str, Score], consequence: str) -> str:
    """Sentence on the scores that are not planned at baseline; empty where there is none."""
    labels = [score.label for code, score in known.items() if code not in shown]
    return f"Not planned at baseline, {consequence}: {', '.join(labels)}." if labels else ""


def list_page_scores(scores: dict[str, Score]) -> dict[str, Score]:
    """Scores that a page shows; the others follow from these (see `note_file_scores`)."""
    named_again = {score.same_as for score in scores.values()}
    return {
        code: score
        for code, score in scores.items()
        if code not in named_again and score.norm_of not in scores
    }


def note_file_scores(scores: dict[str, Score]) -> str:
    """Sentence on the scores that are in the files only; empty where the page shows all."""
    shown = list_page_scores(scores)
    hidden = {code: score for code, score in scores.items() if code not in shown}
    normed = sum(score.norm_of is not None for score in hidden.values())
    parts = [f"{normed} norm-based scores of scales shown here"] if normed else []
    parts += [
        f"{score.label}, which {other.label} repeats"
        for code, score in hidden.items()
        for other in shown.values()
        if other.same_as == code
    ]
    files = "In results.csv and the CSV copy of this table, not on this page"
    return f"{files}: {'; '.join(parts)}." if parts else ""


def choose_median_decimals(decimals: int) -> int:
    """Decimals of a median: those of the data, and one where it lies between two whole numbers."""
    return max(decimals, 1)


def describe_score(score: Score) -> str:
    """Name, range and direction of a score."""
    scope = f"{score.range[0]} to {score.range[1]}, {score.better}" if score.range else score.better
    return f"{score.label} ({scope})"


def list_score_notes(view: View, scores: dict[str, Score]) -> list[str]:
    """What the trial says of its scores and how their forms are scored, each sentence once."""
    forms = dict.fromkeys(score.form for score in scores.values())
    notes = [score.note for score in scores.values()]
    for form in forms:
        notes += view.trial.scoring.choose_notes(view.trial.forms[form])
    return list(dict.fromkeys(note for note in notes if note))
