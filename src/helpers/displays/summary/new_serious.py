"""New serious adverse events by term, arm by arm, for the first page of closed reports."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.columns import choose_arm
from helpers.displays.summary.events import knows_serious, new_serious_events, read_previous
from helpers.view import ClosedView, View

MOST = 20  # terms on the first page
NEEDS = ("AEDECOD", "SUBJID")


def describe_new_serious(view: View) -> str:
    """Terms and participant keys of the new serious events, by arm; empty for other readers."""
    if not isinstance(view, ClosedView) or not knows_serious(view):
        return ""
    if not view.has("adae", *NEEDS):
        return ""
    new = new_serious_events(view)
    if new.empty:
        return ""
    before = read_previous(view)
    since = before.interim if before else "the start"
    said, left = _describe_arms(view, _find_arms(view, new))
    more = f"; {left} more in L-S-01" if left else ""
    return f"New serious events since {since}: {said}{more}."


def _find_arms(view: ClosedView, events: pd.DataFrame) -> pd.DataFrame:
    """Events with TERM as shown and ARM, that under which safety counts the participant."""
    persons = view["adsl"].set_index("USUBJID")
    return events.assign(
        ARM=events["USUBJID"].map(choose_arm(view, persons)),
        TERM=[name_term(term) for term in events["AEDECOD"]],
    )


def _describe_arms(view: ClosedView, events: pd.DataFrame) -> tuple[str, int]:
    """Sentence of every arm with an event, and how many terms were left out."""
    parts, shown, left = [], 0, 0
    for arm in view.arms:
        own = events[events["ARM"] == arm.code].sort_values(["TERM", "SUBJID", "AESEQ"])
        terms = [_describe_term(str(term), rows) for term, rows in own.groupby("TERM")]
        kept = terms[: max(MOST - shown, 0)]
        shown, left = shown + len(kept), left + len(terms) - len(kept)
        if kept:
            parts.append(f"{arm.label} {', '.join(kept)}")
    return "; ".join(parts), left


def _describe_term(term: str, rows: pd.DataFrame) -> str:
    """`Chemical meningitis (012 related, 031 related and fatal)`."""
    persons = []
    for subject, own in rows.groupby("SUBJID"):
        marks = [
            word
            for flag, word in (("RELFL", "related"), ("FATALFL", "fatal"))
            if flag in own and (own[flag] == "Y").any()
        ]
        persons.append(f"{subject} {_join(marks)}".strip())
    return f"{term} ({', '.join(persons)})"


def _join(words: Iterable[str]) -> str:
    return " and ".join(words)
