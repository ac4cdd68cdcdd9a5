"""T-S-04: protocol deviations by class and category, and eligibility criteria not met."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import event_row
from helpers.displays.adverse_events.event_notes import note_small_cells
from helpers.displays.columns import build_headers, state_population
from helpers.displays.conduct.finding_notes import note_findings
from helpers.displays.conduct.open_notes import DEVIATIONS, explain_difference
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_cell
from helpers.displays.model import Cell, Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, count_row, heading_row, name_code
from helpers.view import ClosedView, Group, MaskedView, View

POPULATION = "ITT"
CLASSES = {"IMPORTANT": "Important", "NOT_IMPORTANT": "Not important"}
UNCLASSIFIED = "MISSING"
ANY = "ANY"
READ_HERE = ", of the categories read here"
DEVIATION, CRITERION = "DEVIATION", "CRITERION"
NOT_MET, MISSING = "NOT_MET", "MISSING"


@shown_as(
    "T-S-04",
    title="Protocol deviations",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("addv", "adsl"),
    absent="There are no data on protocol deviations in this trial.",
)
def tabulate_deviations(view: View) -> Table:
    """Randomised participants with a deviation, by class and category; criteria not met."""
    groups = view.groups(POPULATION)
    members = groups[-1].subjects
    deviations = view["addv"]
    own = deviations[deviations["USUBJID"].isin(members)]
    own = own.assign(CLASS=own["DVCLAS"].astype(object).fillna(UNCLASSIFIED))
    # other readers than closed ones get some categories only
    read = "" if isinstance(view, ClosedView) else READ_HERE
    lines, results = collect_rows([*_list_rows(own, groups, read), *_criterion_rows(view, groups)])
    small = view.small_cell
    listed = "" if isinstance(view, MaskedView) else ", L-S-08"
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%) [deviations].",
        results=results,
        notes=join_notes(
            "A participant with several deviations of one kind counts once. Important: may affect "
            "rights, safety or the reliability of the data (ICH E3), as the trial classified it.",
            "Deviations that the trial recorded as such; what else departs from the protocol "
            f"stands in the record checks (T-S-03c{listed}).",
            "Criteria: of randomised participants, whether or not a deviation was recorded."
            if view.has("adie")
            else "",
            _name_criteria(view),
            note_findings(view, ("C07", "qs")),
            note_small_cells(small).removesuffix(" Serious events and deaths are exempt."),
            explain_difference(view, DEVIATIONS),
        ),
        source_note=f"addv{', adie' if view.has('adie') else ''}, adsl (ITTFL = Y); "
        "tabulate_deviations.",
        headline=_state_headline(view, own, groups),
        stub="Participants with a deviation",
        headers=build_headers(groups),
        lines=lines,
    )


def _list_rows(own: pd.DataFrame, groups: tuple[Group, ...], read: str) -> Iterator[Row]:
    """Any deviation, then each class with its categories in the order of their names.

    `read` stands behind what counts all categories at once.
    """
    key = Key(POPULATION, "", DEVIATION)
    yield event_row(
        RowContext(key._replace(category=ANY), groups, level=0), f"Any deviation{read}", own
    )
    if "DVPP" in own:
        excluding = own[own["DVPP"] == "Y"]
        place = key._replace(category="EXCLUDES_PP")
        yield event_row(
            RowContext(place, groups, level=1), "excluding from per protocol", excluding
        )
    labels = CLASSES | dict.fromkeys(set(own["CLASS"]) - set(CLASSES), "Class missing")
    for code, label in labels.items():
        members = own[own["CLASS"] == code]
        place = Key(POPULATION, "", f"{DEVIATION}.{code}")
        yield event_row(
            RowContext(place, groups, level=0, strong=code == "IMPORTANT"),
            f"{label}{read}",
            members,
        )
        categories = members["DVCAT"].astype(object).fillna("MISSING")
        for category in sorted(categories.unique()):
            part = members[categories == category]
            inner = place._replace(category=category)
            yield event_row(RowContext(inner, groups, level=1), name_code(category), part)


def _criterion_rows(view: View, groups: tuple[Group, ...]) -> Iterator[Row]:
    """Participants by criterion not met, in the order of the protocol; those without an answer."""
    if not view.has("adie"):
        return
    rows = view["adie"]
    rows = rows[rows["USUBJID"].isin(groups[-1].subjects)]
    unmet = rows[rows["IECRIT"] == NOT_MET]
    key = Key(POPULATION, "", CRITERION)
    yield heading_row("Eligibility criteria not met")
    yield count_row(
        RowContext(key._replace(category=ANY), groups), "Any criterion", unmet["USUBJID"]
    )
    for code in _order_criteria(view, unmet):
        subjects = unmet.loc[unmet["IETESTCD"] == code, "USUBJID"]
        label = f"{code}: {view.trial.criteria.get(code, name_code(code))}"
        yield count_row(RowContext(key._replace(category=code), groups, level=2), label, subjects)
    lacking = rows.loc[rows["IECRIT"] == MISSING, "USUBJID"]
    yield count_row(
        RowContext(key._replace(category=MISSING), groups), "A criterion without an answer", lacking
    )


def _order_criteria(view: View, rows: pd.DataFrame) -> list[str]:
    found = set(rows["IETESTCD"])
    known = [code for code in view.trial.criteria if code in found]
    return [*known, *sorted(found - set(known))]


def _name_criteria(view: View) -> str:
    """Who was randomised without meeting a criterion, for closed readers."""
    if not isinstance(view, ClosedView) or not view.has("adie"):
        return ""
    rows = view["adie"]
    rows = rows[rows["IECRIT"] == NOT_MET].sort_values(["SUBJID", "IETESTCD"], kind="stable")
    named = rows.groupby("SUBJID", sort=True)["IETESTCD"].agg(", ".join)
    if named.empty:
        return ""
    listed = "; ".join(f"{subject} ({codes})" for subject, codes in named.items())
    return f"Randomised with a criterion not met: {listed}."


def _state_headline(view: View, own: pd.DataFrame, groups: tuple[Group, ...]) -> str:
    """Important deviations by arm; open readers have neither every category nor exact numbers."""
    if not groups[-1].n:
        return "Nobody was randomised by the cut-off."
    if not isinstance(view, ClosedView):
        return ""
    if own.empty:
        return "No deviation was recorded by the cut-off."
    row = event_row(
        RowContext(Key(POPULATION), groups[:-1], level=0), "", own[own["CLASS"] == "IMPORTANT"]
    )
    table = Table(results=row.results)
    said = (
        f"{format_cell(Cell(cell.key, show.n_of_events()), table.statistics)} in {cell.key.arm}"
        for cell in row.line.cells
        if isinstance(cell, Cell)
    )
    return f"Participants with an important deviation [deviations]: {', '.join(said)}."
