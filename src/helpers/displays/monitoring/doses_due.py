"""T-S-26: doses due in the next weeks, and how dosing went on after an alert."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays import show
from helpers.displays.accrual.plan import is_nobody_followed, is_over, project_end
from helpers.displays.administration.active_arms import active_groups
from helpers.displays.cells import Cell
from helpers.displays.columns import build_headers, state_date, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import find_straddling, note_dose_dates, note_unrecorded
from helpers.displays.model import NOT_APPLICABLE, Line, Table, join_notes
from helpers.displays.monitoring.after_alert import (
    After,
    Reached,
    count_after,
    find_reached,
    list_results,
)
from helpers.displays.monitoring.dose_schedule import build_schedule
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row
from helpers.displays.summary.wording import count_of
from helpers.params.trial import Arm
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

WEEKS = (4, 8)
DUE = "DOSES_DUE"


@shown_as("T-S-26", title="Doses given, due, and after an alert", needs=("adsl", "adex"))
def tabulate_doses_due(view: View) -> Table:
    """Doses that may be given in the next 4 and 8 weeks by arm, and those after its alert.

    Of the weeks to come nothing where nobody is followed any more.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("doses are counted by arm")
    groups, schedule = active_groups(view, "ITT"), build_schedule(view)
    weeks_to_come = () if _is_dosing_over(view, schedule) else WEEKS
    reached = {arm.code: find_reached(view, arm) for arm in view.trial.active_arms}
    rows = [
        *_list_given_rows(view, groups),
        *(row for weeks in weeks_to_come for row in _list_due_rows(view, groups, schedule, weeks)),
        *_list_late_rows(view, groups, schedule),
        *_list_after_rows(view, reached),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, 'ITT')} Arms that get the product.",
        results=results,
        notes=_list_notes(view, schedule, reached),
        source_note="adsl (dose status), adex, adstop, adpause; tabulate_doses_due; poisson_gamma.",
        headline=_state_headline(view, schedule, reached),
        stub="Doses",
        headers=build_headers(groups),
        lines=lines,
    )


def _is_dosing_over(view: ClosedView, schedule: pd.DataFrame) -> bool:
    """Whether no dose can come: nobody is followed any more, and none is due."""
    return schedule.empty and is_nobody_followed(view)


def _list_given_rows(view: ClosedView, groups: tuple[Group, ...]) -> list[Row]:
    doses = view["adsl"].set_index("USUBJID")["DOSES"].fillna(0)

    def row(label: str, dose: int) -> Row:
        return number_row(
            RowContext(Key("ITT", parameter="DOSED", visit=f"DOSE{dose}"), groups, form=show.n()),
            label,
            lambda group: {"n": float((doses.reindex(group.subjects) >= dose).sum())},
        )

    planned = view.trial.doses.planned
    return [
        heading_row("Given by the cut-off: participants with"),
        *(row(f"dose {dose}", dose) for dose in range(1, planned + 1)),
    ]


def _list_due_rows(
    view: ClosedView, groups: tuple[Group, ...], schedule: pd.DataFrame, weeks: int
) -> list[Row]:
    """Doses whose first allowed day, and whose planned day, comes within the weeks."""
    end = _end_of(view, weeks)
    rows = [heading_row(f"May be given in the next {weeks} weeks, to {state_date(end)}")]
    for dose in range(1, view.trial.doses.planned + 1):
        own = schedule[schedule["DOSE"] == dose]
        key = Key("ITT", parameter=DUE, visit=f"DOSE{dose}", category=f"WEEK{weeks}")
        rows.append(_count(f"Dose {dose}", key, groups, own.loc[own["OPENDT"] <= end, "USUBJID"]))
        if dose > 1:
            planned = own.loc[own["TARGETDT"] <= end, "USUBJID"]
            key = key._replace(category=f"TARGET{weeks}")
            rows.append(_count("planned day by then", key, groups, planned, level=2))
    rows.append(_expect_row(view, groups, weeks))
    return rows


def _end_of(view: ClosedView, weeks: int) -> pd.Timestamp:
    return view.cutoff + pd.Timedelta(weeks=weeks)


def _count(
    label: str, key: Key, groups: tuple[Group, ...], subjects: Iterable[str], *, level: int = 1
) -> Row:
    due = set(subjects)
    return number_row(
        RowContext(key, groups, form=show.n(), level=level),
        label,
        lambda group: {"n": float(len(due & set(group.subjects)))},
    )


def _expect_row(view: ClosedView, groups: tuple[Group, ...], weeks: int) -> Row:
    """New participants at the pace of recruitment, an equal share to each arm of the trial."""
    expected = _expect_randomised(view, weeks)
    share = expected / len(view.arms)
    arms = len(groups) - 1
    return number_row(
        RowContext(
            Key("ITT", parameter="EXPECTED_RANDOMISED", category=f"WEEK{weeks}"),
            groups,
            form=show.number("count", 1),
        ),
        "New participants expected",
        lambda group: {"count": share if group.code else share * arms},
        method="poisson_gamma",
    )


def _expect_randomised(view: ClosedView, weeks: int) -> float:
    """Expected number randomised in all arms, at most those lacking; NaN without a projection."""
    if is_over(view):
        return 0.0
    found = project_end(view)
    if pd.isna(found.rate):
        return NAN
    lacking = view.trial.accrual.planned - view.total("ITT").n
    return min(found.rate * 7 * weeks / view.trial.dates.month_days, float(lacking))


def _list_late_rows(
    view: ClosedView, groups: tuple[Group, ...], schedule: pd.DataFrame
) -> list[Row]:
    """Doses counted above whose last allowed day has passed."""
    late = schedule[schedule["LASTDT"] < view.cutoff]
    if late.empty:
        return []
    rows = [heading_row("Among these, past the last day that the plan allows")]
    for dose in sorted(late["DOSE"].unique()):
        key = Key("ITT", parameter="DOSES_LATE", visit=f"DOSE{dose}")
        own = late.loc[late["DOSE"] == dose, "USUBJID"]
        rows.append(_count(f"Dose {dose}", key, groups, own))
    return rows


def _list_after_rows(view: ClosedView, reached: dict[str, Reached | None]) -> list[Row]:
    """Doses given after the first alert or trigger of an arm, and who is still due one there."""
    if not any(reached.values()):
        return []
    lines: dict[str, list[Cell | str]] = {name: [] for name in ("day", "doses", "persons", "due")}
    results: list[Result] = []
    for arm in view.trial.active_arms:
        found = reached[arm.code]
        if found is None:
            for cells in lines.values():
                cells.append(NOT_APPLICABLE)
            continue
        after = count_after(view, arm, found.day)
        treated = Key("SAF", arm.label, "AFTER_ALERT", "", "DOSES")
        due = Key("ITT", arm.label, "AFTER_ALERT", "", "STILL_DUE")
        results += list_results(arm, after)
        lines["day"].append(state_date(found.day))
        lines["doses"].append(Cell(treated, show.events()))
        lines["persons"].append(Cell(treated, show.n()))
        lines["due"].append(Cell(due, show.n()))
    labels = {
        "day": ("First alert or trigger", 1),
        "doses": ("Doses given after that day", 1),
        "persons": ("to participants", 2),
        "due": ("Participants still due a dose", 1),
    }
    rows = [
        Row(Line(label, (*lines[name], NOT_APPLICABLE), level=level, strong=name == "doses"))
        for name, (label, level) in labels.items()
    ]
    first = rows[0]._replace(results=tuple(results))
    return [heading_row("After an alert or a trigger of its arm"), first, *rows[1:]]


def _note_dates(view: ClosedView, reached: dict[str, Reached | None]) -> str:
    """Doses that are after an alert by one of their recorded dates only."""
    days = {one.day for one in reached.values() if one is not None}
    among = {subject for day in days for subject in find_straddling(view, day)}
    said = "By one of the two dates the dose was given after the alert of an arm, by the other not."
    return note_dose_dates(view, said, among)


def _explain_due(view: ClosedView, schedule: pd.DataFrame) -> tuple[str, ...]:
    """What is counted in the weeks to come; nothing where there are none."""
    if _is_dosing_over(view, schedule):
        return ()
    plan, accrual = view.trial.doses, view.trial.accrual
    low, high = plan.interval_days
    return (
        "Due: not given, not cancelled, and the participant has not left; by arm as randomised. "
        "Dose 1 may be given at once"
        + (
            f"; a later dose from {low} to {high} days after the one before, planned at "
            f"{plan.target_interval}. Who may have it within the weeks is the most that will be "
            "exposed."
            if plan.planned > 1
            else "."
        ),
        (
            f"New participants: at the pace of the last {accrual.recent_months} months (T-S-01), "
            "in equal shares to all arms, at most those lacking."
        ),
    )


def _list_notes(
    view: ClosedView, schedule: pd.DataFrame, reached: dict[str, Reached | None]
) -> tuple[str, ...]:
    return join_notes(
        _explain_due(view, schedule),
        note_unrecorded(view),
        _note_dates(view, reached),
        "After an alert: doses given by the route of the arm, whatever the arm of the participant "
        "(one without a recorded route: arm as treated); participants still due by arm as "
        "randomised. An answer of the committee does not end the count."
        if any(reached.values())
        else "",
    )


def _state_headline(
    view: ClosedView, schedule: pd.DataFrame, reached: dict[str, Reached | None]
) -> str:
    """Doses of the next weeks by arm, and those after an alert."""
    said = [_say_soon(view, schedule)]
    for arm in view.trial.active_arms:
        found = reached[arm.code]
        if found is not None:
            said.append(_say_after(arm, found, count_after(view, arm, found.day)))
    return " ".join(said)


def _say_soon(view: ClosedView, schedule: pd.DataFrame) -> str:
    """Doses that may be given in the first of the weeks to come."""
    if _is_dosing_over(view, schedule):
        return "Nobody is followed any more, and no dose is due."
    end = _end_of(view, WEEKS[0])
    soon = schedule.loc[schedule["OPENDT"] <= end, "USUBJID"]
    counts = {
        arm.label: int(soon.isin(view.arm_group("ITT", arm.code).subjects).sum())
        for arm in view.trial.active_arms
    }
    by_arm = ", ".join(f"{n} in {label}" for label, n in counts.items())
    total = count_of(sum(counts.values()), "dose")
    weeks = f"In the next {WEEKS[0]} weeks"
    if not sum(counts.values()):
        return f"{weeks} no dose is due for participants randomised so far."
    return f"{weeks} {total} may be given to participants randomised so far: {by_arm}."


def _say_after(arm: Arm, found: Reached, after: After) -> str:
    return f"In {arm.label} after {found.what} on {state_date(found.day)}: {after.say(arm)}"
