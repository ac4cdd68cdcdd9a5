"""T-E-05b: the key differences after earlier looks: naive, repeated intervals, median-unbiased."""

import math
from collections.abc import Iterable, Mapping

from helpers.displays import show
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.family_words import (
    ALONE,
    describe_family_method,
    leaves_out_0,
    state_sides,
    state_uncontrolled,
    state_uncrossable,
)
from helpers.displays.efficacy.report_parts import AFTER_LOOKS, KEY_MODEL, made_where_possible
from helpers.displays.formats import format_level, format_limit, format_p
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.sequential.story import Story, describe_key, state_overrun, tell_story
from helpers.displays.treatment_effect.effects import describe_method
from helpers.displays.treatment_effect.model_notes import state_direction
from helpers.models.family import (
    Compared,
    History,
    compare_family,
    estimate_after_looks,
    find_critical,
)
from helpers.models.repeated_measures import name_contrast, tabulate_contrasts
from helpers.stats.estimates import NAN
from helpers.view import View

LIMITS = {
    "dunnett": "Dunnett limits",
    "hochberg": "Bonferroni limits",
    "none": "limits of one contrast",
}
NAIVE, REPEATED, STAGEWISE = "NAIVE", "REPEATED", "STAGEWISE"
ENDS = ("estimate", "lower", "upper")
NO_LIMITS = "none"  # of a look that nothing can cross


@shown_as("T-E-05b", title="Key result, allowing for the earlier looks", needs=("adeff",))
@made_where_possible(AFTER_LOOKS)
def tabulate_after_looks(view: View) -> Table:
    """Differences of the key change: as if this were the only look, and allowing for all looks.

    Results: population, PARAMCD, visit, by contrast: category NAIVE and REPEATED: estimate, lower,
    upper; STAGEWISE the same, none for a contrast that crossed at an earlier look.
    """
    story = tell_story(view)
    results = tuple(_list_results(story))
    level = format_level(story.effects.level)
    return Table(
        population_line=f"{state_population(view, story.effects.population)} Change from baseline "
        f"of {describe_key(story)}: differences with {level} CI. Estimand E1.",
        results=results,
        notes=_list_notes(story, results),
        source_note="adeff (CHG, ADT) with ANL01FL = Y, compared_looks; tabulate_after_looks; "
        "helpers.stats.sequential.estimate_stagewise.",
        stub="Estimate",
        headers=tuple(
            Header(own.label, "", story.view.trial.arm_position(own.arm), "Difference")
            for own in story.contrasts
        ),
        lines=tuple(_list_lines(story, {result.key for result in results})),
        headline=_state_headline(story, results),
    )


def _place(story: Story, category: str, own: Compared) -> Key:
    return story.key._replace(category=category, contrast=own.label)


def _list_results(story: Story) -> Iterable[Result]:
    model, method = story.effects.model, describe_method(story.effects.model)
    family = describe_family_method(story.view.interim)
    table = tabulate_contrasts(model, story.effects.level)
    repeated = find_repeated(story)
    unbiased = find_unbiased(story)
    for own, (_, arm, reference) in zip(story.contrasts, story.planned.contrasts, strict=True):
        place = (story.planned.visit, name_contrast(arm, reference))
        naive = table.loc[place] if place in table.index else dict.fromkeys(ENDS, NAN)
        values = {name: float(naive[name]) for name in ENDS}
        yield from rows_of(_place(story, NAIVE, own), values, method)
        key = _place(story, REPEATED, own)
        yield from rows_of(key, repeated[own.label], f"{method}, {family}")
        if own.label in unbiased:
            key = _place(story, STAGEWISE, own)
            yield from rows_of(key, unbiased[own.label], "stagewise")


def find_repeated(story: Story) -> dict[str, dict[str, float]]:
    """Repeated confidence interval of every contrast: the differences that would not cross now."""
    p = story.now.nominal_p
    family = compare_family(story.planned, story.effects.model, 1 - p) if p > 0 else []
    found = {own.label: {name: float(getattr(own, name)) for name in ENDS} for own in family}
    unbounded = {"lower": float("-inf"), "upper": float("inf")}
    return {
        own.label: found.get(own.label, {"estimate": own.estimate, **unbounded})
        for own in story.contrasts
    }


def find_unbiased(story: Story) -> dict[str, dict[str, float]]:
    """Median-unbiased estimate and interval of the contrasts that crossed at no earlier look."""
    looks = [look for look in story.looks if look.state != "to come"]
    bounds = [find_critical(story.planned, story.effects.model, look) for look in looks[:-1]]
    found = {}
    for own in story.contrasts:
        if story.find_crossings(own.label):
            continue
        history = History(tuple(looks), tuple(each[own.label] for each in bounds))
        estimate = estimate_after_looks(own, history, story.planned.rule, story.effects.level)
        found[own.label] = {name: float(getattr(estimate, name)) for name in ENDS}
    return found


def _list_lines(story: Story, known: set[Key]) -> Iterable[Line]:
    code = story.view.interim.key_param or ""
    decimals = story.view.trial.scores[code].decimals + 2
    several, adjusted = len(story.contrasts) > 1, _is_adjusted(story)
    alone = f", one contrast alone, not adjusted for {len(story.contrasts)} arms"
    labels = {
        NAIVE: f"As if this were the only look{alone if several else ''}",
        REPEATED: f"Repeated CI, simultaneous over {'arms and ' if adjusted else ''}looks"
        f"{ALONE if several and not adjusted else ''}",
        STAGEWISE: f"Median-unbiased, by the order of stages{alone if several else ''}",
    }
    for category, label in labels.items():
        cells: list[Cell | str] = []
        for own in story.contrasts:
            key = _place(story, category, own)
            if category == REPEATED and not math.isfinite(story.now.z):
                cells.append(NO_LIMITS)
                continue
            cells.append(Cell(key, show.interval(decimals)) if key in known else NOT_APPLICABLE)
        yield Line(label, tuple(cells), strong=category == REPEATED)


def _list_notes(story: Story, results: tuple[Result, ...]) -> tuple[str, ...]:
    level = format_level(story.effects.level)
    return join_notes(
        state_direction(story.view, story.effects.model.code),
        _state_quoted(story, results),
        f"As if this were the only look: the difference of {KEY_MODEL}, adjusted for nothing.",
        _state_repeated(story),
        state_sides(story.view.interim),
        state_uncontrolled(story.view.interim, len(story.contrasts)),
        f"Median-unbiased estimate with {level} CI (stagewise ordering; Jennison and Turnbull "
        "2000, chapter 8): of each contrast by itself, as if the trial ended where the contrast "
        "crosses; without an earlier look it would be the first line. Bounds of earlier looks: "
        f"{LIMITS[story.view.interim.multiplicity]} at their nominal p.",
        state_overrun(story),
    )


def _is_adjusted(story: Story) -> bool:
    """Whether there are several contrasts, adjusted for each other."""
    return len(story.contrasts) > 1 and story.view.interim.multiplicity != "none"


def _state_repeated(story: Story) -> str:
    """What the repeated interval is, and how it goes with the bound."""
    interim, p = story.view.interim, format_p(story.now.nominal_p)
    named = "Repeated CI (Jennison and Turnbull 2000, chapter 9)"
    if uncrossable := state_uncrossable(story.now.z, story.now.note):
        return f"{named}: none, {uncrossable}, so that no limit is known."
    side = "excludes 0" if interim.sides == 2 else "lies on the side of benefit"
    crossed = "the bound of this look is crossed"
    agrees = f"so it {side} where {crossed}, and only there"
    if interim.multiplicity == "hochberg":
        agrees = f"so it {side} only where {crossed}, but may contain 0 there"
    simultaneous = "simultaneous " if _is_adjusted(story) else ""
    return (
        f"{named}: {simultaneous}"
        f"{LIMITS[interim.multiplicity]} at the nominal p of this look ({p}), {agrees}. It holds "
        "whether or not the trial stops."
    )


def _state_quoted(story: Story, results: tuple[Result, ...]) -> str:
    """Which line to quote, and where another one says more than the bound allows."""
    statistics = index_results(results)
    more = [
        own.label
        for own in story.contrasts
        if not own.crosses(story.now)
        and any(
            _is_better(story, statistics.get(_place(story, category, own), {}))
            for category in (NAIVE, STAGEWISE)
        )
    ]
    several = "arms and " if _is_adjusted(story) else ""
    if not math.isfinite(story.now.z):
        return "No line is to be quoted: none of them allows for the looks. They are exploratory."
    here = (
        f" Here they exclude 0 in {' and '.join(more)} although the bound is not crossed: "
        "not to be quoted as an effect."
        if more
        else ""
    )
    return (
        f"Quote the repeated CI: it alone allows for {several}looks. The other lines are "
        f"exploratory.{here}"
    )


def _is_better(story: Story, row: Mapping[str, float]) -> bool:
    """Whether an interval lies off 0 on a side that the test looks at."""
    if story.view.interim.sides == 2:
        return leaves_out_0(row)
    low, high = row.get("lower", NAN), row.get("upper", NAN)
    return low > 0 if story.planned.direction > 0 else high < 0


def _state_headline(story: Story, results: tuple[Result, ...]) -> str:
    statistics, said = index_results(results), []
    if uncrossable := state_uncrossable(story.now.z, story.now.note):
        return f"No repeated CI: {uncrossable}."
    code = story.view.interim.key_param or ""
    decimals = story.view.trial.scores[code].decimals + 2
    for own in story.contrasts:
        row = statistics[_place(story, REPEATED, own)]
        if math.isnan(row["estimate"]):
            said.append(f"{own.label} not estimable")
            continue
        values = (format_limit(row[name], decimals) for name in ENDS)
        where = "excludes 0" if leaves_out_0(row) else "contains 0"
        if leaves_out_0(row) and not _is_better(story, row):
            where = "excludes 0 in favour of the control"
        bound = "is crossed" if own.crosses(story.now) else "is not crossed"
        said.append("{} {} ({} to {})".format(own.label, *values) + f" {where}; the bound {bound}")
    return f"Difference with repeated CI: {'. '.join(said)}."
