"""T-S-22: vital signs around doses: alarms, values before, changes after."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.active_arms import active_groups
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import BY_TIME_POINT, find_untimed, note_dose_dates
from helpers.displays.formats import FEWEST
from helpers.displays.measurements.readings import list_tests, read_decimals, values_at
from helpers.displays.model import Cell, Line, Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    RowContext,
    collect_rows,
    count_row,
    heading_row,
    number_row,
    summarize_group,
)
from helpers.displays.vital_signs.alarm_listing import describe_alarms
from helpers.displays.vital_signs.timed import (
    Places,
    choose_after,
    choose_later,
    find_places,
    list_doses,
    list_points,
    name_span,
    read_timed,
    select,
    state_alarms,
)
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

POPULATION = "SAF"
ANY, LATER_ALARM = "ANY_ALARM", "LATER_ALARM"


class Timed(NamedTuple):
    """Values around doses with what is told apart in them."""

    rows: pd.DataFrame
    groups: Sequence[Group]
    points: dict[str, str]
    before: str
    places: Places
    after: pd.DataFrame


@shown_as(
    "T-S-22",
    title="Vital signs around doses",
    needs=("advs",),
    absent="There are no vital signs in this trial.",
    variables=("DOSENUM", "ALARM"),
)
def tabulate_around_doses(view: View) -> Table:
    """Participants with an alarm after a dose; values before it and changes since, by time point.

    Results: population SAF, active arms; parameter ANY_ALARM, LATER_ALARM or `SYSBP.low`, visit the
    dose: n, N, pct; parameter `SYSBP.H1`, category AVAL or CHG, n, mean, sd, median, q1, q3, min,
    max; `SYSBP.AFTER` over all values after the dose: n, min, max.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("values around doses tell the arm")
    groups = active_groups(view)
    rows = read_timed(view["advs"])
    rows = rows[rows["USUBJID"].isin(groups[-1].subjects)]
    points = list_points(rows, view.trial)
    before = view.trial.checks.timepoint_before
    timed = Timed(rows, groups, points, before, find_places(rows), choose_after(rows))
    top, rest = _alarm_rows(timed, view)
    changes, summaries = _change_rows(timed, view)
    lines, results = collect_rows([*top, *changes])
    others, more = collect_rows([*rest, *summaries])
    return Table(
        population_line=f"{state_population(view, POPULATION)} Arms that get doses. Alarms: "
        "participants "
        "n / those with a value after the dose (%). Values: n, mean (SD).",
        results=(*results, *more),
        notes=join_notes(
            f"Alarms: {describe_alarms(view)}. An alarm that nobody had has no line. One by "
            "one: L-S-07.",
            f"After a dose: from its start {name_span(view.trial)}. Values that the site put at no "
            "time point are in the alarms and in the lowest and highest change. Later values of "
            "the stay have a line where one set off an alarm.",
            "Which dose: of a value at a time point the one that the site gave, else the latest "
            "begun before it. Each dose has its own value before it: a change is since that one, "
            "not since baseline, and that value is none after the dose before.",
            "Change: value minus the last one before the same dose. Lowest and highest change: of "
            "all values after the dose. An impossible value is in no mean and in the alarms.",
            f"With fewer than {FEWEST} values at a time point their number stands alone. The CSV "
            "copy has median and range of each time point, and the values where they are so few.",
            "F-S-12 can have other numbers of participants: it takes values by their hours, and "
            "who has one before and one after."
            if view.trial.laboratory.around_doses.signs
            else "",
            note_dose_dates(view, BY_TIME_POINT, find_untimed(view)),
        ),
        source_note="advs with ATPT and DOSENUM (AVAL, CHGPRE, ALARM), SAF; tabulate_around_doses.",
        headline=state_alarms(rows, groups[:-1]),
        stub="After the dose",
        headers=build_headers(groups),
        lines=lines if len(rows) else (),
        file_lines=others if len(rows) else (),
        empty="No vital sign was taken around a dose",
    )


def _after(timed: Timed, dose: int) -> pd.DataFrame:
    return timed.after[timed.after["DOSENUM"] == dose]


def _alarm_rows(timed: Timed, view: View) -> tuple[list[Row], list[Row]]:
    """Any alarm of each dose and the alarms that somebody had; the others."""
    shown: list[Row] = [heading_row("Participants with an alarm")]
    rest: list[Row] = []
    names = view.trial.vital_signs.labels
    for dose in list_doses(timed.rows):
        after = _after(timed, dose)
        among = after["USUBJID"].unique()
        key = Key(POPULATION, "", ANY, f"DOSE{dose}")
        context = RowContext(key, timed.groups, among=among, form=show.n_of())
        hit = after.loc[after["ALARMFL"] == "Y", "USUBJID"].unique()
        shown.append(count_row(context, f"After dose {dose}, any alarm", hit))
        for test, name in dict.fromkeys((a.test, a.label) for a in view.trial.vital_signs.alarms):
            own = after.loc[(after["PARAMCD"] == test) & (after["ALARM"] == name), "USUBJID"]
            place = context.at(parameter=f"{test}.{name}").like(level=2)
            row = count_row(place, f"{names.get(test, test)}: {name}", own.unique())
            (shown if len(own) else rest).append(row)
        later = choose_later(timed.rows[timed.rows["DOSENUM"] == dose])
        alarmed = later.loc[later["ALARMFL"] == "Y", "USUBJID"].unique()
        place = context.at(parameter=LATER_ALARM).like(among={*among, *later["USUBJID"]})
        row = count_row(place, f"Later in the stay for dose {dose}, any alarm", alarmed)
        (shown if len(alarmed) else rest).append(row)
    return shown, rest


def _change_rows(timed: Timed, view: View) -> tuple[list[Row], list[Row]]:
    """Per sign and dose: value before, change at each time point, extremes; ranges for the copy."""
    shown: list[Row] = []
    ranges: list[Row] = []
    for code, name in list_tests(timed.rows, view.trial.vital_signs.labels).items():
        own = timed.rows[timed.rows["PARAMCD"] == code]
        decimals = read_decimals(own)
        for dose in list_doses(own):
            if not _is_measured(own[own["DOSENUM"] == dose]):
                continue
            shown.append(heading_row(f"{name}, dose {dose}"))
            for point in timed.points:
                row, wide = _point_rows(timed, code, dose, point, decimals)
                shown.append(row)
                ranges.append(wide)
            shown.append(_extreme_row(timed, code, dose, decimals))
    return shown, ranges


def _is_measured(own: pd.DataFrame) -> bool:
    """Whether a sign has any value at a time point, or any change since before the dose."""
    return bool((own["ATPT"].notna() & own["AVAL"].notna()).any() or own["CHGPRE"].notna().any())


def _point_rows(timed: Timed, code: str, dose: int, point: str, decimals: int) -> tuple[Row, Row]:
    """n, mean and SD of the value before the dose, or of the change since; and its range."""
    column = "AVAL" if point == timed.before else "CHGPRE"
    values = values_at(select(timed.rows, timed.places, code, dose, point), column)
    category = "AVAL" if column == "AVAL" else "CHG"
    key = Key(POPULATION, "", f"{code}.{point}", f"DOSE{dose}", category)
    name = f"{timed.points[point]}, {'value' if category == 'AVAL' else 'change'}"
    context = RowContext(key, timed.groups, form=show.n_mean_sd(decimals))
    row = number_row(context, name, lambda group: summarize_group(values, group))
    cells = tuple(
        Cell(key._replace(arm=g.label), show.median_range(decimals)) for g in timed.groups
    )
    return row, Row(Line(f"{code}, dose {dose}, {name}: median (range)", cells))


def _extreme_row(timed: Timed, code: str, dose: int, decimals: int) -> Row:
    """The lowest and the highest change at any time point after the dose."""
    after = timed.after
    own = (after["PARAMCD"] == code) & (after["DOSENUM"] == dose) & after["CHGPRE"].notna()
    changes = after.loc[own.fillna(False), ["USUBJID", "CHGPRE"]]
    key = Key(POPULATION, "", f"{code}.AFTER", f"DOSE{dose}", "CHG")

    def find_ends(group: Group) -> dict[str, float]:
        own = changes[changes["USUBJID"].isin(group.subjects)]
        low, high = own["CHGPRE"].min(), own["CHGPRE"].max()
        return {
            "n": own["USUBJID"].nunique(),
            "min": NAN if pd.isna(low) else float(low),
            "max": NAN if pd.isna(high) else float(high),
        }

    label = "lowest to highest change"
    return number_row(
        RowContext(key, timed.groups, form=show.lowest_highest(decimals)), label, find_ends
    )
