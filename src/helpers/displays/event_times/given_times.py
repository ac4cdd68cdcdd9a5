"""T-S-17b: times to event as the sponsor gives them, by Kaplan and Meier."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_notes import note_intervals
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.event_times.first_events import EVENT, read_times, times_of
from helpers.displays.formats import format_cell, format_level
from helpers.displays.model import Cell, Header, Line, Table, Withheld, join_notes
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    number_row,
)
from helpers.stats.estimates import NAN
from helpers.stats.survival import cox, estimate_survival_time, kaplan_meier, tabulate_at_times
from helpers.view import ClosedView, Group, View

DAYS = (30, 60, 90, 120, 180, *(365 * year for year in range(1, 11)))
QUANTILES = {
    "P25": (0.25, "25% quantile (days)"),
    "P50": (0.5, "Median (days)"),
    "P75": (0.75, "75% quantile (days)"),
}
HAZARD = "HAZARD"
LIMITS = ("estimate", "lower", "upper")


@shown_as("T-S-17b", title="Times to event, as given", needs=("adtte",))
def tabulate_given_times(view: View) -> Table | Withheld:
    """Events, quantiles and Kaplan-Meier estimates of every time to event of given data, by arm.

    Nothing where the trial has times of its own (T-S-17). Results: population SAF, parameter of
    adtte; by arm EVENT and CENSORED: n, N, pct; P25, P50, P75: estimate, lower, upper in days;
    `DAY n`: at_risk, estimate (share without the event), se, lower, upper; by contrast with the
    control HAZARD: ratio, lower, upper.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("times are shown by arm")
    named = list_given_times(view)
    if not named:
        return Withheld()
    lines, results = collect_rows(
        row for code, label in named.items() for row in _list_rows(view, code, label)
    )
    level = format_level(view.interim.conf_level_safety)
    groups = view.groups(view.safety)[:-1]
    return Table(
        population_line=f"{state_population(view, view.safety)} Days, percent of participants and "
        f"hazard ratios with {level} CI.",
        results=results,
        notes=join_notes(
            "Kaplan-Meier with log-minus-log limits; whoever leaves or dies before the event is "
            "censored, as the sponsor's data have it. NE: the curve or its limit does not come so "
            "far, or nobody without the event was followed so long.",
            "Hazard ratio by one Cox model of all arms with Efron's ties, without covariates; it "
            "supposes hazards in proportion at all times."
            if _list_hazards(view)
            else "",
            note_intervals(view),
        ),
        source_note=f"adtte, {view.safety}; tabulate_given_times; helpers.stats.survival.",
        headline=_state_headline(groups, named, results),
        stub="Time to event",
        headers=(
            *build_headers(groups),
            *(Header(label, "", None, "Hazard ratio") for label, _, _ in _list_hazards(view)),
        ),
        lines=lines,
    )


def list_given_times(view: View) -> dict[str, str]:
    """Label of every time to event by its code; none where the trial defines its own."""
    if view.trial.time_to_event:
        return {}
    named = view["adtte"].dropna(subset=["AVAL", "CNSR"]).drop_duplicates("PARAMCD")
    named = named.sort_values("PARAMCD")
    labels = named["PARAM"] if "PARAM" in named else named["PARAMCD"]
    pairs = zip(named["PARAMCD"], labels, strict=True)
    return {str(code): str(label) for code, label in pairs}


def _list_hazards(view: ClosedView) -> list[tuple[str, str, str]]:
    """Contrasts with the control, as (label, arm, reference); none without a control."""
    return [contrast for contrast in view.contrasts if contrast[2] == view.trial.control]


def _list_rows(view: ClosedView, code: str, label: str) -> Iterator[Row]:
    """Counts, hazard ratio, quantiles, then the curve at fixed days."""
    times = read_times(view, code)
    level, groups = view.interim.conf_level_safety, view.groups(view.safety)[:-1]
    context = RowContext(Key(view.safety, "", code), groups)
    happened = times["CNSR"] == EVENT
    yield heading_row(label)
    for name, words, kept in (
        ("EVENT", "With the event", happened),
        ("CENSORED", "Censored", ~happened),
    ):
        yield count_row(context.at(category=name), words, times.index[kept])
    if _list_hazards(view):
        yield _hazard_row(view, times, context.key)
    for name, (share, words) in QUANTILES.items():
        yield number_row(
            context.at(category=name).like(form=show.interval()),
            words,
            partial(_read_quantile, times=times, p=share, level=level),
            method="kaplan_meier_loglog",
        )
    curves = {group.label: _fit_curve(times_of(times, group), level) for group in groups}
    for day in (day for day in DAYS if day <= times["AVAL"].max()):
        place = context.at(category=f"DAY {day}")
        yield _day_row(place, curves, day)


def _read_quantile(
    group: Group, *, times: pd.DataFrame, p: float, level: float
) -> dict[str, float]:
    own = times_of(times, group)
    if own.empty:
        return dict.fromkeys(LIMITS, NAN)
    found = estimate_survival_time(own["AVAL"], own["CNSR"] == EVENT, p=p, level=level)
    return {name: float(found[name]) for name in LIMITS}


def _fit_curve(own: pd.DataFrame, level: float) -> pd.DataFrame | None:
    if own.empty:
        return None
    return kaplan_meier(own["AVAL"], own["CNSR"] == EVENT, level=level)


def _day_row(context: RowContext, curves: Mapping[str, pd.DataFrame | None], day: int) -> Row:
    """Share without the event on a day; at risk and standard error are in the results."""

    def read(group: Group) -> dict[str, float]:
        curve = curves[group.label]
        if curve is None:
            return {"at_risk": 0, "se": NAN, **dict.fromkeys(LIMITS, NAN)}
        row = tabulate_at_times(curve, [day]).iloc[0]
        numbers = {name: float(row[name]) for name in LIMITS}
        return {"at_risk": float(row["n_risk"]), "se": float(row["variance"]) ** 0.5, **numbers}

    form = show.share_interval()
    label = f"Event-free at day {day} (%)"
    return number_row(context.like(form=form), label, read, method="kaplan_meier_loglog")


def _hazard_row(view: ClosedView, times: pd.DataFrame, key: Key) -> Row:
    """Hazard ratios against the control, in the columns of the contrasts."""
    groups = view.groups(view.safety)[:-1]
    arms = {group.code: pd.Series(times.index.isin(group.subjects)) for group in groups}
    kept = pd.DataFrame(arms).any(axis=1)
    frame = pd.DataFrame(
        {
            "TIME": times["AVAL"].to_numpy(),
            "EVENT": (times["CNSR"] == EVENT).astype(int).to_numpy(),
            **{f"ARM {code}": inside.astype(float) for code, inside in arms.items()},
        }
    )[kept.to_numpy()]
    hazards = _list_hazards(view)
    model = cox(
        frame,
        time="TIME",
        event="EVENT",
        covariates=[f"ARM {arm}" for _, arm, _ in hazards],
        level=view.interim.conf_level_safety,
    ).set_index("term")
    results: list[Result] = []
    cells: list[Cell | str] = [""] * len(groups)
    for label, arm, _ in hazards:
        place = key._replace(contrast=label, category=HAZARD)
        row = model.loc[f"ARM {arm}"]
        numbers = {"ratio": row["hr"], "lower": row["lower"], "upper": row["upper"]}
        results += rows_of(place, numbers, "cox, efron")
        cells.append(Cell(place, show.interval_of("ratio", 2)))
    return Row(Line("Hazard ratio", tuple(cells), level=1), tuple(results))


def _state_headline(
    groups: Sequence[Group], named: Mapping[str, str], results: Sequence[Result]
) -> str:
    """The medians of the first time to event."""
    numbers = index_results(results)
    code, label = next(iter(named.items()))
    texts = [
        f"{group.label} "
        + format_cell(
            Cell(Key(group.population, group.label, code, "", "P50"), show.interval()), numbers
        )
        for group in groups
    ]
    return f"{label}, median: {', '.join(texts)}."
