"""T-S-12: adverse events of special interest over the whole follow-up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_counts import (
    contrast_results,
    control_contrasts,
    count_events,
    event_row,
    rate_results,
)
from helpers.displays.adverse_events.event_notes import ONCE, note_imputed_starts, note_intervals
from helpers.displays.adverse_events.kinds import find_emergent, list_emergent_blocks
from helpers.displays.adverse_events.serious_excess import (
    Serious,
    count_beyond,
    find_excess,
    note_serious,
    state_serious,
)
from helpers.displays.adverse_events.term_rows import order_terms
from helpers.displays.adverse_events.uncoded_notes import note_uncoded
from helpers.displays.columns import build_headers, name_contrast, state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.curves import note_few
from helpers.displays.event_times.first_events import (
    AJ,
    estimate_incidence,
    find_kinds,
    note_shares,
    read_shares,
    read_times,
    times_of,
)
from helpers.displays.event_times.panels import build_panel
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import Row, RowContext, collect_rows, number_row
from helpers.params.events import name_category
from helpers.view import ClosedView, Group, View

YEAR = 365  # days
ANY = "aesi"
SERIOUS = "SERIOUS"
COUNTED = ("n", "N", "pct")
RATE, INCIDENCE = "RATE", f"{AJ}, DAY {YEAR}"
NOT_KNOWN = "The data do not say which adverse events are of special interest."


class Category(NamedTuple):
    """A category of special interest, its listed terms and its emergent events."""

    code: str
    label: str
    terms: tuple[str, ...]
    events: pd.DataFrame


@shown_as(
    "T-S-12",
    title="Adverse events of special interest over follow-up",
    needs=("adae", "aesi"),
    absent=NOT_KNOWN,
    variables=("TRTEMFL", "AESICAT"),
)
def tabulate_special_interest(view: View) -> Table:
    """Every category and listed term by arm; rate and incidence of those that occurred.

    Results: population SAF, parameter `aesi` or the category, category empty or the term: n, N,
    pct, events; `SERIOUS`: n, N, pct; `RATE`: n, person_years, rate, lower, upper; Aalen-Johansen
    by day 365: estimate, lower, upper; contrasts as in T-S-10.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("events of special interest are shown by arm")
    categories = list_categories(view)
    emergent = find_emergent(view)
    listed = emergent[emergent["AESICAT"].notna()]
    every = Category(ANY, "Any event of special interest", (), listed)
    rows = [row for category in (every, *categories) for row in _category_rows(view, category)]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, view.safety)} Treatment-emergent events, whole "
        "follow-up: participants n (%) [events].",
        results=results,
        notes=join_notes(
            ONCE,
            "Every category and every term of its list is shown, also where nobody has it. Details "
            "of those that occurred: T-S-12b.",
            note_serious(view),
            "The rate is that of first events per 100 participant-years at risk, as in T-S-10b; "
            f"Aalen-Johansen: probability by day {YEAR} from randomisation, a death before the "
            "event competes. NE: nobody without the event was followed so long.",
            *_note_few_at_risk(view),
            "Scores that became worse without an adverse event recorded for it are in no category: "
            "T-S-25."
            if any(score.harm for score in view.trial.scores.values())
            else "",
            note_uncoded(view, "a category of special interest", windows=False),
            note_imputed_starts(every.events),
            note_intervals(view),
        ),
        source_note=f"adae with TRTEMFL = Y and AESICAT, aesi, adtte, adsl, {view.safety}; "
        f"tabulate_special_interest; differences {view.interim.ci_diff}.",
        headline=_state_headline(view, categories, index_results(results)),
        stub="Category, term",
        headers=(*build_headers(view.groups(view.safety)), *_head_contrasts(view)),
        lines=lines,
    )


def _note_few_at_risk(view: ClosedView) -> list[str]:
    """Which estimates are counts, and from when on few are at risk of any of the events."""
    kinds = find_kinds(view.trial)
    if not _find_parameter(view, Category(ANY, "", (), pd.DataFrame())):
        return []
    return [note_shares(), note_few([build_panel(view, kinds[ANY], view.safety)])]


def list_categories(view: View) -> list[Category]:
    """Categories of the trial in its order, with their terms: those of most participants first."""
    emergent, terms = find_emergent(view), view["aesi"]
    found = []
    for code, label in view.trial.adverse_events.categories.items():
        events = emergent[emergent["AESICAT"] == code]
        seen = order_terms(events, "AEDECOD")
        planned = sorted(set(terms.loc[terms["AESICAT"] == code, "AEDECOD"]) - set(seen))
        found.append(Category(code, label, (*seen, *planned), events))
    return found


def _category_rows(view: ClosedView, category: Category) -> Iterator[Row]:
    """Count with differences, rate, incidence, then the terms."""
    groups = view.groups(view.safety)
    key, events = Key(view.safety, "", category.code), category.events
    contrasts = [label for label, _, _ in control_contrasts(view)]
    row = event_row(RowContext(key, groups, level=0, strong=True), category.label, events)
    points = [Cell(key._replace(contrast=label), show.points()) for label in contrasts]
    results = [*row.results, *contrast_results(view, key, events)]
    results += _count_serious(groups, key, events)
    yield Row(replace(row.line, cells=(*row.line.cells, *points)), tuple(results))
    if len(events):
        yield from _time_rows(view, key, category)
    blank = ("",) * len(contrasts)
    for term in category.terms:
        own = events[events["AEDECOD"] == term]
        row = event_row(RowContext(key._replace(category=term), groups, level=1), term, own)
        yield Row(replace(row.line, cells=(*row.line.cells, *blank)), row.results)


def _count_serious(groups: Sequence[Group], key: Key, events: pd.DataFrame) -> list[Result]:
    """Participants with a serious event of the category; nothing where no event is serious."""
    grave = events[events["ASERFL"] == "Y"] if "ASERFL" in events else events.iloc[:0]
    if grave.empty:
        return []
    return [
        result
        for group in groups
        for counts in [count_events(grave, group)]
        for result in rows_of(
            key._replace(arm=group.label, category=SERIOUS), {n: counts[n] for n in COUNTED}
        )
    ]


def _time_rows(view: ClosedView, key: Key, category: Category) -> Iterator[Row]:
    """First events with participant-years, their rate, and the incidence by a year."""
    groups, level = view.groups(view.safety), view.interim.conf_level_safety
    blank = ("",) * len(control_contrasts(view))
    risk = list_emergent_blocks(view)[0].risk
    rate = key._replace(category=RATE)
    results = [r for g in groups for r in rate_results(view, rate, g, category.events, risk)]
    places = [rate._replace(arm=group.label) for group in groups]
    words = ("first events / participant-years", f"rate ({format_level(level)} CI)")
    for label, form in zip(words, (show.n_years(), show.rate()), strict=True):
        line = Line(label, (*(Cell(place, form) for place in places), *blank), level=1)
        yield Row(line, tuple(results))
        results = []
    code = _find_parameter(view, category)
    if code:
        times = read_times(view, code)
        row = number_row(
            RowContext(key._replace(category=INCIDENCE), groups, form=show.share_or_count()),
            f"Aalen-Johansen, day {YEAR}, % ({format_level(level)} CI)",
            lambda group: _read_incidence(times_of(times, group), level),
            method=AJ,
        )
        yield Row(replace(row.line, cells=(*row.line.cells, *blank)), row.results)


def _read_incidence(times: pd.DataFrame, level: float) -> dict[str, float]:
    return read_shares(estimate_incidence(times, level), len(times), [YEAR])[0]


def _find_parameter(view: View, category: Category) -> str:
    """Parameter of adtte with the times of a category; empty where the trial asks for none."""
    kinds = find_kinds(view.trial)
    if not view.has("adtte") or ANY not in kinds:
        return ""
    return kinds[ANY].code if category.code == ANY else name_category(category.code)


def _head_contrasts(view: ClosedView) -> Iterator[Header]:
    control = view.trial.control
    name = "" if control is None else f" from {view.trial.arm(control).name.lower()}"
    for label, code, _ in control_contrasts(view):
        own = label if control is None else view.trial.arm(code).label
        yield Header(own, "", None, f"Difference{name}, points")


def _state_headline(
    view: ClosedView, categories: list[Category], numbers: Mapping[Key, Mapping[str, float]]
) -> str:
    """Participants with any, categories with more serious cases, that of the largest excess."""
    if not view.total(view.safety).n:
        return f"{view.name_population(view.safety)}: nobody is in it."
    cells = {arm.label: Cell(Key(view.safety, arm.label, ANY), show.n_of()) for arm in view.arms}
    shown = ", ".join(f"{format_cell(cell, numbers)} in {label}" for label, cell in cells.items())
    grave = state_serious(view, _list_serious(view, categories, numbers))
    lead = " ".join(filter(None, (f"Any event of special interest: {shown}.", grave)))
    excess = {
        (numbers[key]["estimate"], category.label): key
        for category in categories
        for label, _, _ in control_contrasts(view)
        for key in [Key(view.safety, "", category.code, contrast=label)]
        if numbers[key]["estimate"] > 0
    }
    if not excess:
        return lead
    key = excess[max(excess)]
    points = format_cell(Cell(key, show.points()), numbers)
    level = format_level(view.interim.conf_level_safety)
    pair = name_contrast(view, key.contrast)
    counts = _say_counts(view, numbers, Key(view.safety, "", key.parameter))
    return (
        f"{lead} Largest excess: {max(excess)[1]} ({counts}), {pair} {points} points ({level} CI)."
    )


def _list_serious(
    view: ClosedView, categories: list[Category], numbers: Mapping[Key, Mapping[str, float]]
) -> Iterator[Serious]:
    """Categories with a serious event, and the participants with one by arm."""
    for category in categories:
        key = Key(view.safety, "", category.code, "", SERIOUS)
        by_arm = {arm.code: key._replace(arm=arm.label) for arm in view.arms}
        if not set(by_arm.values()) <= set(numbers):
            continue
        counts = {
            code: (int(numbers[own]["n"]), int(numbers[own]["N"])) for code, own in by_arm.items()
        }
        text = f"{category.label} ({_say_counts(view, numbers, key)})"
        yield Serious(find_excess(view, counts), count_beyond(view, counts), text)


def _say_counts(view: ClosedView, numbers: Mapping[Key, Mapping[str, float]], key: Key) -> str:
    """`0 of 6 in A, 2 of 4 in B` of the row of a key."""
    rows = {arm.label: numbers[key._replace(arm=arm.label)] for arm in view.arms}
    return ", ".join(
        f"{int(row['n'])} of {int(row['N'])} in {label}" for label, row in rows.items()
    )
