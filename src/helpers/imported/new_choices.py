"""What a person must decide before the first run of a proposed trial."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.imported.dataset import PERSON, Dataset
from helpers.imported.new_visits import Visits, fold

TELL_APART = ("BASETYPE", "ATPT", "DTYPE", "PARAMTYP")
MOST_NAMED = 4


def find_competing_records(
    score: Any,
    where: Mapping[str, list[str | None]],
    visits: Visits,
    datasets: Mapping[str, Dataset],
) -> tuple[bool, str]:
    """Whether several records of a participant and visit are left, and what to say of it.

    Without a flag for the analysis the first may stand for a visit; where the sponsor's flag
    leaves several, nobody but a person can choose.
    """
    frame = datasets[score.dataset].frame
    rows = frame[frame["AVAL"].notna()]
    for variable, values in where.items():
        named = rows[variable].isin([value for value in values if value is not None])
        rows = rows[named | (rows[variable].isna() if None in values else False)]
    planned = {fold(word): code for word, code in visits.words.items()}
    visit = rows["AVISIT"].map(lambda word: planned.get(fold(word)), na_action="ignore")
    flagged = rows["ANL01FL"] == "Y" if "ANL01FL" in rows else pd.Series(False, rows.index)
    has_flag = bool(flagged.any())
    kept = rows[visit.notna() & (flagged | (not has_flag))].assign(VISIT=visit)
    competing = kept[kept.duplicated([PERSON, "VISIT"], keep=False)]
    if competing.empty:
        return False, ""
    for variable in TELL_APART:
        words = sorted({str(w) for w in competing.get(variable, pd.Series()).dropna()})
        if len(words) > 1:
            return True, (
                f"{score.dataset}: score {score.CODE} has records of each {variable} "
                f"({', '.join(words[:MOST_NAMED])}): say in trial.yaml, given.scores.{score.CODE}."
                f"where, which one counts: {variable}: [{words[0]}]"
            )
    if not has_flag:
        return True, ""
    return True, (
        f"{score.dataset}: score {score.CODE} has several records flagged for one visit of a "
        f"participant: say in trial.yaml, given.scores.{score.CODE}.competing, whether the first "
        "or the last counts"
    )
