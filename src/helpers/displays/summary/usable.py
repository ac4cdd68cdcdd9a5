"""Forms from which every score can be computed."""

from dataclasses import dataclass

import pandas as pd

from helpers.displays.data_status.form_counts import DUE
from helpers.stats.estimates import NAN
from helpers.view import View

RECEIVED = "RECEIVED"


@dataclass(frozen=True)
class Usable:
    """Forms due at one visit, and those of them that give every score of the form."""

    form: str
    visit: str
    n: int
    due: int


def knows_scores(view: View) -> bool:
    """Whether the audience has the scores."""
    return view.has("adeff", "PARAMCD", "AVISIT", "ANL01FL", "AVAL") and bool(view.trial.scores)


def count_usable(view: View) -> list[Usable]:
    """Per form and visit, in their order: forms due, and those that give all their scores."""
    rows = view["advisit"]
    due = rows[rows["STATUS"].isin(DUE)]
    groups = dict(list(due.groupby(["FORM", "AVISIT"])))
    values = _list_values(view["adeff"])
    counted = []
    for form, plan in view.trial.forms.items():
        scores = {code for code, score in view.trial.scores.items() if score.form == form}
        for visit in (code for code in view.trial.visit_codes if code in plan.visits):
            forms = groups.get((form, visit), due.iloc[:0])
            received = forms.loc[forms["STATUS"] == RECEIVED, "USUBJID"]
            n = sum(scores <= values.get((person, visit), set()) for person in received)
            counted.append(Usable(form, visit, n, len(forms)))
    return counted


def _list_values(adeff: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Scores with a value, by participant and visit."""
    rows = adeff[(adeff["ANL01FL"] == "Y") & adeff["AVAL"].notna()]
    grouped = rows.groupby(["USUBJID", "AVISIT"])["PARAMCD"].agg(set)
    found: dict[tuple[str, str], set[str]] = grouped.to_dict()
    return found


def sum_usable(counts: list[Usable]) -> dict[str, float]:
    """N usable, N due, pct over some forms."""
    n, due = sum(c.n for c in counts), sum(c.due for c in counts)
    return {"n": n, "total": due, "pct": 100 * n / due if due else NAN}


def find_least_usable(counts: list[Usable]) -> Usable | None:
    """The form and visit with the smallest share usable, the first of equals; None if no due."""
    due = [c for c in counts if c.due]
    return min(due, key=lambda c: c.n / c.due) if due else None
