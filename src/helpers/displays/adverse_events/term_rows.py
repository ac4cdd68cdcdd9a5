"""Rows by system organ class and preferred term, sorted by decreasing total incidence."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.adverse_events.coded_terms import UNCODED, lacks_code, name_term
from helpers.displays.adverse_events.event_counts import count_events, event_row
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext
from helpers.view import Group, View

ANY = "ANY"
SOC, PT = "AEBODSYS", "AEDECOD"


def name_terms(events: pd.DataFrame) -> pd.DataFrame:
    """Events whose empty class or term has one key, so that none is lost from a count."""
    empty = pd.Series(None, index=events.index, dtype=object)
    given = {name: events.get(name, empty) for name in (SOC, PT)}
    return events.assign(
        **{name: own.mask(lacks_code(own), UNCODED) for name, own in given.items()}
    )


def order_terms(events: pd.DataFrame, column: str) -> list[str]:
    """Values of a column, those of most participants first, equal ones by the alphabet."""
    persons = events.groupby(column)["USUBJID"].nunique()
    return sorted(persons.index, key=lambda term: (-persons[term], name_term(term)))


def term_rows(
    label: str, population: str, groups: Sequence[Group], events: pd.DataFrame
) -> list[Row]:
    """First row for any event, then each class with its terms below.

    Results: parameter class or `ANY`, category term or empty; n, N, pct, events.
    """
    events = name_terms(events)
    context = RowContext(Key(population, "", ANY), groups, level=0)
    rows = [event_row(context.like(strong=True), label, events)]
    for soc in order_terms(events, SOC):
        within = events[events[SOC] == soc]
        rows.append(event_row(context.at(parameter=soc), name_term(soc), within))
        for term in order_terms(within, PT):
            of_term = context.at(parameter=soc, category=term).like(level=1)
            rows.append(event_row(of_term, name_term(term), within[within[PT] == term]))
    return rows


def find_rare_terms(
    view: View, events: pd.DataFrame, groups: Sequence[Group]
) -> frozenset[tuple[str, str]]:
    """Pairs of class and term below the reporting thresholds of the interim in every arm.

    Terms of serious events and of special interest are never below.
    """
    events = name_terms(events)
    interim = view.interim
    always = pd.Series(False, index=events.index)
    if "ASERFL" in events:
        always |= events["ASERFL"] == "Y"
    if "AESICAT" in events:
        always |= events["AESICAT"].notna()
    kept = set(events.loc[always, PT])
    rare = set()
    for (soc, term), rows in events.groupby([SOC, PT]):
        counts = [count_events(rows, group) for group in groups]
        enough = any(
            count["n"] >= interim.min_n_report and count["pct"] >= interim.min_pct_report
            for count in counts
        )
        if not enough and term not in kept:
            rare.add((str(soc), str(term)))
    return frozenset(rare)


def is_row_of(row: Row, terms: frozenset[tuple[str, str]]) -> bool:
    """Whether a row is about one of these pairs of class and term."""
    key = row.results[0].key
    return (key.parameter, key.category) in terms
