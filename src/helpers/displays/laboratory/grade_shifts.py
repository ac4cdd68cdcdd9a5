"""T-S-20: toxicity grades, and multiples of the upper limit, at baseline and at their worst."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.laboratory.shift_rows import (
    MISSING,
    Scale,
    Shifts,
    find_worsened,
    read_shifts,
    shift_rows,
)
from helpers.displays.measurements.queried import mark_queries, note_queried
from helpers.displays.measurements.readings import list_tests
from helpers.displays.measurements.sampling import (
    BY_PLAN,
    choose_planned,
    describe_sampling,
)
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, count_row, heading_row
from helpers.params.trial import Trial
from helpers.view import TOTAL, Group, MaskedView, View

GRADES = Scale(("0", "1", "2", "3", "4"), "grade", 2)
ANY = "ANY"


class Test(NamedTuple):
    """One test: its name, its scale, and the category of every participant."""

    name: str
    scale: Scale
    shifts: pd.DataFrame


@shown_as(
    "T-S-20",
    title="Laboratory grades: baseline against the worst after it",
    audiences={"closed_masked": "by label"},
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
    variables=("ATOXGR", "WORSTFL"),
)
def tabulate_grade_shifts(view: View) -> Table:
    """Participants by grade at baseline and worst grade after it, per test; `missing` its own row.

    Results: population SAF (masked: ITT), arm, parameter the test, category `0 to 2` (pairs that
    occur), `BASE 0`, `WORST 2`, `WITH VALUE`, `WORSENED`; n, N, pct. Parameter ANY: over all graded
    tests; `ABOVE`: over all tests without grades; ` PLANNED`: by values at planned visits alone;
    `WITH VALUE`, `ABOVE WITH VALUE`: who has a value after baseline in any of these tests.
    """
    population = view.safety
    groups = view.groups(population)
    members = groups[-1].subjects
    values = mark_queries(view, view["adlb"], "lb")
    tests = _read_tests(view, values, members)
    planned = _read_tests(view, _take_planned(values, view.trial), members)
    made = {
        code: shift_rows(RowContext(Key(population, "", code), groups), test.shifts, test.scale)
        for code, test in tests.items()
    }
    masked = isinstance(view, MaskedView)
    sampling = "" if masked else describe_sampling(view["adlb"], groups)
    top = [
        *_overall_rows(population, groups, tests, planned),
        *_above_rows(population, groups, tests, planned),
    ]
    lines, results = collect_rows([*top, *_list_shown(tests, made)])
    others, more = collect_rows(_list_file(tests, made))
    return Table(
        population_line=f"{state_population(view, population)} Participants n (%) by grade at "
        f"baseline and worst grade after it, {_name_visits(view)}.",
        results=(*results, *more),
        notes=join_notes(
            sampling,
            "Grades: table of the trial, numeric limits only; 0 is no grade. Tests without grades: "
            "classes of multiples of the upper limit of the range (ULN).",
            f"Worse: by one grade or class or more; a {MISSING} baseline counts there as the "
            "lowest.",
            "A pair that nobody is in has no line. Margins of each test: CSV copy and results.csv.",
            "Percentages are of the population; the headline counts out of those with a value "
            "after baseline.",
            _explain_hepatic(view) if (values["PARAMCD"] == "INR").any() else "",
            _count_impossible(view),
            note_queried(view, _choose_worst(values, members, tests), "Worst values counted here"),
        ),
        source_note="adlb with ABLFL or WORSTFL = Y (ATOXGR, ULNCAT), "
        f"{population}; tabulate_grade_shifts.",
        headline=_state_headline(groups, tests, planned if sampling else None)
        + _state_unqueried(view, groups, values, tests),
        stub="Test: baseline to worst",
        headers=build_headers(groups),
        lines=lines,
        file_lines=others,
        empty="No laboratory value",
    )


def _take_planned(rows: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Baseline values and those of planned visits, the worst of these marked as such."""
    planned = rows.index.isin(choose_planned(rows, trial).index)
    return _mark_worst(rows[(rows["ABLFL"] == "Y") | planned])


def _mark_worst(kept: pd.DataFrame) -> pd.DataFrame:
    """Values with WORSTFL on the worst one after baseline of each participant and test."""
    grade = kept["ATOXGR"].astype("Float64")
    if "XULN" in kept:
        graded = set(kept.loc[grade.notna(), "PARAMCD"])
        grade = grade.where(kept["PARAMCD"].isin(graded), kept["XULN"].astype("Float64"))
    grade = grade.where(kept["POSTFL"] == "Y")
    order = pd.DataFrame({"USUBJID": kept["USUBJID"], "PARAMCD": kept["PARAMCD"], "GRADE": grade})
    order = order.dropna(subset="GRADE").sort_values("GRADE", kind="stable")
    worst = order.drop_duplicates(["USUBJID", "PARAMCD"], keep="last").index
    flags = pd.Series("Y", index=worst, dtype=object)
    return kept.assign(WORSTFL=flags.reindex(kept.index))


def _read_tests(view: View, rows: pd.DataFrame, members: pd.Index) -> dict[str, Test]:
    """Tests with grades, then tests by multiples, in the order of the parameters."""
    trial = view.trial
    names = list_tests(rows, trial.laboratory.labels)
    graded = set(rows.loc[rows["ATOXGR"].notna(), "PARAMCD"])
    multiples = set(trial.laboratory.by_multiple)
    classes = list_classes(trial)
    scales = {code: (GRADES, "ATOXGR") for code in names if code in graded}
    scales |= {code: (classes, "ULNCAT") for code in names if code in multiples - graded}
    return {
        code: Test(names[code], scale, read_shifts(rows, code, column, column, members))
        for code, (scale, column) in scales.items()
    }


def list_classes(trial: Trial) -> Scale:
    """Classes of multiples of the upper limit, the lowest first; from the third on serious."""
    edges = trial.laboratory.multiples
    inner = [f">{low:g}-{high:g}" for low, high in pairwise(edges)]
    codes = (f"<={edges[0]:g}", *inner, f">{edges[-1]:g}")
    return Scale(codes, "\u00d7 ULN", min(2, len(codes) - 1))


def _name_visits(view: View) -> str:
    """Where values come from: masked readers have those of scheduled visits."""
    return (
        "scheduled visits" if isinstance(view, MaskedView) else "all visits and unscheduled values"
    )


def _overall_rows(
    population: str,
    groups: Sequence[Group],
    tests: Mapping[str, Test],
    planned: Mapping[str, Test],
) -> list[Row]:
    """Participants who got worse in any graded test, and those with a worst grade of 3 or 4."""
    if not any(test.scale is GRADES for test in tests.values()):
        return []
    context = RowContext(Key(population, "", ANY), groups)
    worsened = "Worse, to grade 2 or higher"
    by_plan = context.at(category="WORSENED PLANNED").like(level=2)
    return [
        heading_row("Any graded test"),
        *_measured_rows(context, "WITH VALUE", tests, planned, graded=True),
        count_row(context.at(category="WORSENED"), worsened, _find_worse(tests)),
        count_row(by_plan, BY_PLAN, _find_worse(planned)),
        count_row(context.at(category="WORST 3-4"), "Worst grade 3 or 4", _find_high(tests)),
    ]


def _above_rows(
    population: str,
    groups: Sequence[Group],
    tests: Mapping[str, Test],
    planned: Mapping[str, Test],
) -> list[Row]:
    """Participants who got worse in any test without grades, by multiples of the upper limit."""
    others = [test for test in tests.values() if test.scale is not GRADES]
    if not others:
        return []
    context = RowContext(Key(population, "", ANY), groups)
    label = f"Worse, to above {_name_limit(others[0].scale)}"
    by_plan = context.at(category="ABOVE PLANNED").like(level=2)
    return [
        heading_row("Any test without grades"),
        *_measured_rows(context, "ABOVE WITH VALUE", tests, planned, graded=False),
        count_row(context.at(category="ABOVE"), label, _find_above(tests)),
        count_row(by_plan, BY_PLAN, _find_above(planned)),
    ]


def _measured_rows(
    context: RowContext,
    category: str,
    tests: Mapping[str, Test],
    planned: Mapping[str, Test],
    *,
    graded: bool,
) -> list[Row]:
    """Who has a value after baseline: whoever has none can neither get worse nor stay as he was."""
    by_plan = context.at(category=f"{category} PLANNED").like(level=2)
    measured, by_visit = (_find_measured(one, graded=graded) for one in (tests, planned))
    return [
        count_row(context.at(category=category), "With a value after baseline", measured),
        count_row(by_plan, BY_PLAN, by_visit),
    ]


def _find_measured(tests: Mapping[str, Test], *, graded: bool) -> set[str]:
    own = [test.shifts for test in tests.values() if (test.scale is GRADES) == graded]
    return {u for shifts in own for u in shifts.index[shifts["WORST"] != MISSING]}


def _name_limit(scale: Scale) -> str:
    """`3 x ULN`: the multiple above which a worse class is told."""
    return f"{scale.codes[scale.serious].split('-')[0].lstrip('>')} {scale.name}"


def _find_above(tests: Mapping[str, Test]) -> set[str]:
    others = [test for test in tests.values() if test.scale is not GRADES]
    return {u for t in others for u in t.shifts.index[find_worsened(t.shifts, t.scale)]}


def _find_worse(tests: Mapping[str, Test]) -> set[str]:
    graded = [test for test in tests.values() if test.scale is GRADES]
    return {u for t in graded for u in t.shifts.index[find_worsened(t.shifts, t.scale)]}


def _find_high(tests: Mapping[str, Test]) -> set[str]:
    graded = [test for test in tests.values() if test.scale is GRADES]
    return {u for t in graded for u in t.shifts.index[t.shifts["WORST"].isin(["3", "4"])]}


def _list_shown(tests: Mapping[str, Test], made: Mapping[str, Shifts]) -> list[Row]:
    return [
        row for code, test in tests.items() for row in (heading_row(_head(test)), *made[code].shown)
    ]


def _list_file(tests: Mapping[str, Test], made: Mapping[str, Shifts]) -> list[Row]:
    return [
        row
        for code, test in tests.items()
        for row in (heading_row(f"{_head(test)}, margins"), *made[code].file)
    ]


def _head(test: Test) -> str:
    return test.name if test.scale is GRADES else f"{test.name}, {test.scale.name}"


def _choose_worst(
    values: pd.DataFrame, members: pd.Index, tests: Mapping[str, Test]
) -> pd.DataFrame:
    """The worst values of the participants and tests of the table."""
    own = values["USUBJID"].isin(members) & values["PARAMCD"].isin(list(tests))
    return values[own & (values["WORSTFL"] == "Y")]


def _explain_hepatic(view: View) -> str:
    """What the rule of a potential Hy's law case reads, beside grades of tests that it does not."""
    rule = view.trial.laboratory.hepatic
    if rule is None:
        return ""
    where = "" if isinstance(view, MaskedView) else " (F-S-11)"
    return (
        f"A potential Hy's law case{where} goes by {' or '.join(rule.transaminases)}, "
        f"{rule.bilirubin} and {rule.alkaline_phosphatase}; a raised INR is no part of that rule."
    )


def _count_impossible(view: View) -> str:
    """How many values after baseline are in no grade."""
    post = view.flagged("adlb", "POSTFL")
    listed = "" if isinstance(view, MaskedView) else " (L-S-06)"
    impossible = int((post["IMPOSSFL"] == "Y").sum())
    if not impossible:
        return ""
    return f"Impossible values after baseline, in no grade here: {impossible}{listed}."


def _state_headline(
    groups: Sequence[Group], tests: Mapping[str, Test], planned: Mapping[str, Test] | None
) -> str:
    """Who got worse, by arm; where arms are not sampled alike, by `planned` visits beside it."""
    if not tests or not groups[-1].n:
        return ""
    text = f"Laboratory values worsened to grade 2 or higher in: {_say_worse(groups, tests)}"
    others = [test for test in tests.values() if test.scale is not GRADES]
    whom = "of those with such a value after baseline"
    if not others:
        return f"{text} ({whom})."
    names = ", ".join(test.name.split(" (")[0] for test in others)
    limit = _name_limit(others[0].scale)
    text += f"; of the tests without grades ({names}) to above {limit}: {_say_above(groups, tests)}"
    text += f" ({whom})."
    if planned is None or _say_all(groups, planned) == _say_all(groups, tests):
        return text
    return (
        f"{text} At planned visits alone, where every arm is sampled: to grade 2 or higher in "
        f"{_say_worse(groups, planned)}; to above {limit} in {_say_above(groups, planned)}."
    )


def _state_unqueried(
    view: View, groups: Sequence[Group], values: pd.DataFrame, tests: Mapping[str, Test]
) -> str:
    """The same without values that a check queries, where that changes it; else empty.

    Not under letters: a site knows whose value was queried, and would learn the letter.
    """
    if isinstance(view, MaskedView) or not tests or values["QUERY"].isna().all():
        return ""
    kept = _mark_worst(values[values["QUERY"].isna()])
    members = groups[-1].subjects
    sure = {code: test for code, test in _read_tests(view, kept, members).items() if code in tests}
    found = [(_find_worse(one), _find_above(one)) for one in (tests, sure)]
    if found[0] == found[1]:
        return ""
    said = " Without values that a check queries: to grade 2 or higher in "
    said += _say_worse(groups, sure)
    others = [test for test in tests.values() if test.scale is not GRADES]
    if others:
        said += f"; to above {_name_limit(others[0].scale)} in {_say_above(groups, sure)}"
    return f"{said}."


def _say_all(groups: Sequence[Group], tests: Mapping[str, Test]) -> str:
    return f"{_say_worse(groups, tests)}; {_say_above(groups, tests)}"


def _say_worse(groups: Sequence[Group], tests: Mapping[str, Test]) -> str:
    return _count(groups, _find_worse(tests), _find_measured(tests, graded=True))


def _say_above(groups: Sequence[Group], tests: Mapping[str, Test]) -> str:
    return _count(groups, _find_above(tests), _find_measured(tests, graded=False))


def _count(groups: Sequence[Group], chosen: set[str], measured: set[str]) -> str:
    """Participants of each arm who are in the set, out of those with a value."""
    return ", ".join(
        f"{group.label} {len(chosen & group.members)} of {len(measured & group.members)}"
        for group in groups
        if group.label != TOTAL or len(groups) == 1
    )
