"""Participants with an event and events by group, differences between arms, incidence rates."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays import show
from helpers.displays.formats import NO_DENOMINATOR, format_level
from helpers.displays.model import Cell, Line
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, RowContext, number_row
from helpers.stats.estimates import NAN
from helpers.stats.proportions import compare_proportions, estimate_proportion
from helpers.stats.rates import estimate_rate
from helpers.view import ArmView, Group, View

NO_EVENTS = "No events reported"
PER_YEARS = 100
HIDDEN = ("n", "pct", "events")
Counts = dict[str, float]


def count_events(events: pd.DataFrame, group: Group) -> Counts:
    """Participants with an event (n), participants (N), percent and events of one group.

    `events` has one row per event and USUBJID; the denominator is always the whole group.
    """
    own = [subject for subject in events["USUBJID"] if subject in group.members]
    n = len(set(own))
    share = 100 * n / group.n if group.n else NAN
    return {"n": n, "N": group.n, "pct": share, "events": len(own)}


def read_small_cell(view: View) -> int:
    """Counts below this and above 0 are not published; 0 where every count is."""
    return view.small_cell


def event_row(context: RowContext, label: str, events: pd.DataFrame) -> Row:
    """Participants n (%) [events] of each group; `events` as in `count_events`."""
    form = context.form or show.n_pct_events()
    return number_row(context.like(form=form), label, lambda group: count_events(events, group))


def contrast_results(view: ArmView, key: Key, events: pd.DataFrame) -> list[Result]:
    """Differences of proportions with limits, one contrast of the trial each."""
    interim = view.interim
    found: list[Result] = []
    for label, code, reference in view.contrasts:
        first, second = (view.arm_group(key.population, arm) for arm in (code, reference))
        x, y = (int(count_events(events, group)["n"]) for group in (first, second))
        difference = compare_proportions(
            x, first.n, y, second.n, level=interim.conf_level_safety, method=interim.ci_diff
        )
        found += rows_of(
            key._replace(arm="", contrast=label),
            {name: difference[name] for name in ("estimate", "lower", "upper")},
            difference.method,
        )
    return found


def control_contrasts(view: ArmView) -> list[tuple[str, str, str]]:
    """Contrasts shown beside the arms: with the control where the trial has one, else all."""
    control = view.trial.control
    return [c for c in view.contrasts if control is None or c[2] == control]


def rate_results(
    view: View, key: Key, group: Group, events: pd.DataFrame, risk: pd.DataFrame
) -> list[Result]:
    """First events per 100 participant-years of a group, with exact limits.

    Parameters
    ----------
    events : USUBJID, ASTDT; each participant counts with the first.
    risk : START and END of the time at risk by USUBJID. Time runs to the first event or to END,
        both days counted; a participant whose END lies before START adds no time.
    """
    first = events[events["USUBJID"].isin(group.subjects)].groupby("USUBJID")["ASTDT"].min()
    own = risk.reindex(group.subjects)
    begun = first.reindex(own.index)
    end = own["END"].where(~(begun < own["END"]), begun)
    days = (end - own["START"]).dt.days + 1
    years = float(days.where(days > 0).sum()) / view.trial.dates.year_days
    rate = estimate_rate(len(first), years, level=view.interim.conf_level_safety)
    limits = {"rate": rate.estimate, "lower": rate.lower, "upper": rate.upper}
    per = {name: PER_YEARS * value for name, value in limits.items()}
    key = key._replace(arm=group.label)
    return [
        *rows_of(key, {"n": len(first), "person_years": years}),
        *rows_of(key, per, rate.method),
    ]


def no_event_rows(view: View, key: Key, groups: Sequence[Group]) -> list[Row]:
    """What stands in a table without any event: the sentence, and what none among N allows for.

    `key` without its arm is that of the table's first row; the limits have `no_event` as category.
    """
    nobody = pd.DataFrame({"USUBJID": []})
    first = event_row(RowContext(key, groups, level=0), NO_EVENTS, nobody)
    level, method = view.interim.conf_level_safety, view.interim.ci_prop
    limits = [key._replace(arm=group.label, category="no_event") for group in groups]
    results: list[Result] = []
    for limit, group in zip(limits, groups, strict=True):
        share = estimate_proportion(0, group.n, level=level, method=method)
        results += rows_of(limit, {"lower": share.lower, "upper": share.upper}, share.method)
    cells = tuple(
        Cell(limit, show.percent_interval()) if group.n else NO_DENOMINATOR
        for limit, group in zip(limits, groups, strict=True)
    )
    label = f"{format_level(level)} CI of the percentage"
    return [first, Row(Line(label, cells, level=1), tuple(results))]
