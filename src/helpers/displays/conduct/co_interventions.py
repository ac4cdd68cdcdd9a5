"""T-S-28: drugs and therapies beside the product that can move the scores, by arm."""

from collections.abc import Iterator

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_cell
from helpers.displays.model import Cell, Table, join_notes
from helpers.displays.results import Key, Result, index_results
from helpers.displays.rows import (
    FEW_VALUES,
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    of_persons,
    summary_rows,
)
from helpers.view import ClosedView, View

POPULATION = "ITT"
BASELINE, BEGUN, MUCH = "BASELINE", "BEGUN", "ABOVE_PROTOCOL"
HOURS = {"BASE": "At baseline", "AVAL": "Average of follow-up", "CHG": "Change"}
LINES = (("mean (SD)", show.mean_sd), ("range", show.range_))


@shown_as(
    "T-S-28",
    title="Co-interventions after baseline",
    needs=("adcoint", "adsl"),
    absent="No co-intervention of this trial is recorded.",
)
def tabulate_co_interventions(view: View) -> Table:
    """Participants with each co-intervention at baseline and begun later; hours of therapies.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("co-interventions are counted by arm")
    groups = view.groups(POPULATION)
    lines, results = collect_rows(row for block in _blocks(view) for row in _rows(view, *block))
    return Table(
        population_line=f"{state_population(view, POPULATION)} Participants n (%).",
        results=results,
        notes=join_notes(
            "Day 1 is that of the first dose, without a dose that of randomisation. Begun: on day "
            "1 or later, a partial date where it can mean that; a change of the amount that is a "
            "record of its own counts too.",
            "Hours a week: at baseline of all programmes in use before day 1; the average is over "
            "the days from day 1 to the end of follow-up, days without a programme as 0.",
            _note_limit(view),
            FEW_VALUES,
            "What is begun in one arm more than in another can move scores by itself.",
        ),
        source_note="adcoint, adsl (ITTFL = Y); tabulate_co_interventions.",
        headline=_state_headline(view, results),
        stub="Co-interventions",
        headers=build_headers(groups),
        lines=lines,
    )


def _blocks(view: View) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of adcoint by co-intervention, in the order of the data."""
    rows = view["adcoint"]
    for code in dict.fromkeys(rows["PARAMCD"]):
        yield str(code), rows[rows["PARAMCD"] == code]


def _rows(view: View, code: str, rows: pd.DataFrame) -> Iterator[Row]:
    context = RowContext(Key(POPULATION, "", code), view.groups(POPULATION))
    yield heading_row(str(rows["PARAM"].iloc[0]))
    therapy = code in view.trial.baseline_sources.weekly_hours
    if therapy:
        for name, label in HOURS.items():
            yield from _hour_rows(context.at(category=name), rows, label)
    else:
        yield _flag_row(context.at(category=BASELINE), "In use at baseline", rows, "BASEFL")
    yield _flag_row(context.at(category=BEGUN), "Begun on day 1 or later", rows, "NEWFL")
    if rows["MUCHFL"].notna().any():
        label = "with more hours than the protocol foresees"
        yield _flag_row(context.at(category=MUCH).like(level=2), label, rows, "MUCHFL")


def _hour_rows(context: RowContext, rows: pd.DataFrame, label: str) -> list[Row]:
    values = of_persons(rows, context.key.category)
    return summary_rows(context, values, 1, label=f"{label}, {{}}", shown=LINES)


def _flag_row(context: RowContext, label: str, rows: pd.DataFrame, flag: str) -> Row:
    return count_row(context, label, rows.loc[rows[flag] == "Y", "USUBJID"])


def _note_limit(view: View) -> str:
    programmes = view.trial.intercurrent.programmes
    said = [
        f"more than {rule.weekly_hours * (1 + rule.above_percent / 100):g} hours a week, "
        f"{rule.above_percent:g}% above the {rule.weekly_hours:g} of the protocol"
        for rule in programmes.values()
    ]
    return f"More hours than the protocol foresees: {'; '.join(said)}." if said else ""


def _state_headline(view: ClosedView, results: tuple[Result, ...]) -> str:
    """How many began each co-intervention, by arm."""
    if not view.total(POPULATION).n:
        return "Nobody was randomised by the cut-off."
    statistics = index_results(results)
    said = []
    for code, rows in _blocks(view):
        keys = [Key(POPULATION, arm.label, code, "", BEGUN) for arm in view.arms]
        counts = ", ".join(
            f"{format_cell(Cell(key, show.n_of()), statistics)} in {key.arm}" for key in keys
        )
        said.append(f"{rows['PARAM'].iloc[0]}: {counts}")
    return f"Begun on day 1 or later: {'; '.join(said)}."
