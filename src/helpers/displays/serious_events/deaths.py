"""T-S-18: deaths, their causes, and three sources side by side."""

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.displays.adverse_events.event_notes import AS_IN_EXTRACT
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    pool_row,
)
from helpers.displays.serious_events.death_records import (
    NO_EVENT,
    POPULATION,
    find_death_records,
    list_sources,
)
from helpers.view import ArmView, ClosedView, Group, MaskedView, View

DEATHS = "DEATHS"
NO_CAUSES = (
    "Causes of death are in the report that names the arms, since some of them would name an arm; "
    "for the same reason sources stand for all letters together."
)
AFTER_DOSE = {30: "30 days or less", 90: "31 to 90 days"}
LATER, NO_DOSE, NO_DATE = "more than 90 days", "without a dose", "date of death not known"
RELATED = {
    "Y": "related to product or procedure",
    "N": "not related",
    NO_EVENT: NO_EVENT,
}


@shown_as(
    "T-S-18",
    title="Deaths",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    variables=("DTHFL",),
    small_counts=(DEATHS,),
)
def tabulate_deaths(view: View) -> Table:
    """Randomised participants who died; closed also cause, days from last dose, relation, sources.

    Masked readers get deaths by letter, sources of all letters together and no cause, whatever
    the causes are.

    Results: population ITT, arm, parameter `DEATHS`, `CAUSE`, `AFTER_DOSE`, `RELATION` (category
    what is counted) or `SOURCE` (DM, AE, DS, ALL, SOME): n, N, pct.
    """
    groups, records = view.groups(POPULATION), find_death_records(view)
    died = records[records["DM"]]
    key = Key(POPULATION, "", DEATHS)
    rows = [
        count_row(
            RowContext(key, groups, level=0, strong=True), "Participants who died", died.index
        )
    ]
    closed, by_group = isinstance(view, ClosedView), isinstance(view, ArmView)
    if closed:
        rows += _detail_rows(died, groups)
    if by_group:
        of_sources = _source_rows(records, groups, list_sources(view))
        # a letter with fewer fatal events than deaths, or the other way about, tells a complaint
        rows += of_sources if closed else [pool_row(row) for row in of_sources]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(
            _note_differences(view, records) if by_group else "",
            "Causes, days and relation are those of the recorded deaths. A fatal event counts "
            "whenever it began; T-S-10 counts treatment-emergent ones of the safety population. "
            "Records: L-S-05."
            if closed
            else "",
            NO_CAUSES if isinstance(view, MaskedView) else "",
            AS_IN_EXTRACT if by_group else "",
        ),
        source_note="adsl (DTHFL, DTHDT, EOSSTT, EOSREAS"
        f"{', LDDTHELD), adae with FATALFL = Y (RELFL)' if closed else ')'}, ITT; tabulate_deaths.",
        headline=_state_headline(view, died),
        stub="Deaths",
        headers=build_headers(groups),
        lines=lines,
    )


def _detail_rows(died: pd.DataFrame, groups: Sequence[Group]) -> list[Row]:
    """Cause, time since the last dose and relation of the recorded deaths."""
    if died.empty:
        return []
    causes = {cause: cause for cause in sorted(died["CAUSE"].unique(), key=_place_cause)}
    by_cause = RowContext(Key(POPULATION, "", "CAUSE"), groups)
    rows = [
        heading_row("Cause: term of the fatal event"),
        *category_rows(by_cause, causes, died["CAUSE"]),
    ]
    if "LDDTHELD" in died:
        labels = (*AFTER_DOSE.values(), LATER, NO_DOSE, NO_DATE)
        rows.append(heading_row("Time from the last dose to death"))
        rows += category_rows(
            RowContext(Key(POPULATION, "", "AFTER_DOSE"), groups),
            {label: label for label in labels},
            died.apply(_name_time, axis=1),
        )
    relation = died["RELATED"].map({True: "Y", False: "N"}).where(died["AE"], NO_EVENT)
    rows.append(heading_row("Relation"))
    rows += category_rows(RowContext(Key(POPULATION, "", "RELATION"), groups), RELATED, relation)
    return rows


def _place_cause(cause: str) -> tuple[bool, str]:
    return (cause == NO_EVENT, cause)


def _name_time(person: pd.Series) -> str:
    if pd.isna(person["TRTSDTM"] if "TRTSDTM" in person else person["LDDTHELD"]):
        return NO_DOSE
    if pd.isna(person["LDDTHELD"]):
        return NO_DATE
    days = int(person["LDDTHELD"])
    return next((label for limit, label in AFTER_DOSE.items() if days <= limit), LATER)


def _source_rows(
    records: pd.DataFrame, groups: Sequence[Group], sources: Mapping[str, str]
) -> list[Row]:
    """What each source counts, who is in all of them and who is not."""
    key = Key(POPULATION, "", "SOURCE")
    every = records[list(sources)].all(axis=1)
    rows = [heading_row("Sources side by side")]
    for source, label in sources.items():
        hit = records.index[records[source]]
        rows.append(count_row(RowContext(key._replace(category=source), groups), label, hit))
    both = (("in all of them", "ALL", every), ("not in all of them", "SOME", ~every))
    for label, code, chosen in both:
        hit = records.index[chosen]
        rows.append(
            count_row(RowContext(key._replace(category=code), groups, strong=True), label, hit)
        )
    return rows


def _note_differences(view: View, records: pd.DataFrame) -> str:
    """Who is not in all sources, and in which; masked readers learn how many alone.

    The key of the one death that a row counts in a letter would stand beside that letter.
    """
    sources = list_sources(view)
    odd = records[~records[list(sources)].all(axis=1)]
    if records.empty:
        return ""
    if odd.empty:
        return f"Every death is in all sources: {', '.join(sources.values())}."
    if isinstance(view, MaskedView):
        return f"To be cleared with the site, not in all sources: {len(odd)}."
    said = [f"{person['SUBJID']} ({_describe(person, sources)})" for _, person in odd.iterrows()]
    return f"To be cleared with the site, not in all sources: {', '.join(said)}."


def _describe(person: pd.Series, sources: Mapping[str, str]) -> str:
    """The sources that hold a death, then those that lack it."""
    held = [label for source, label in sources.items() if person[source]]
    lacking = [f"no {label}" for source, label in sources.items() if not person[source]]
    return "; ".join([*held, *lacking])


def _state_headline(view: View, died: pd.DataFrame) -> str:
    if died.empty:
        return "No death by the cut-off."
    if not isinstance(view, ArmView):
        return ""
    arms = ", ".join(
        f"{sum(died.index.isin(group.subjects))} of {group.n} in {group.label}"
        for group in view.groups(POPULATION)[:-1]
    )
    if not isinstance(view, ClosedView):
        return f"Died: {arms}."
    return f"Died: {arms}. From a related event: {int(died['RELATED'].sum())}."
