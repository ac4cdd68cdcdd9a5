"""F-S-08: the follow-up of each participant with doses, visits and severe or serious events."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.adverse_events.event_notes import name_grade_five
from helpers.displays.adverse_events.kinds import SEVERE
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.shares import share_results, state_shares
from helpers.displays.model import Figure, join_notes
from helpers.displays.participants.courses import (
    COMPLETED,
    DEATH,
    GRADE,
    LEFT,
    MARKS,
    ONGOING,
    POPULATION,
    SERIOUS,
    VISIT,
    Courses,
    find_grave,
    read_courses,
)
from helpers.displays.participants.month_map import Months, count_months, draw_months
from helpers.displays.participants.swimmer_drawing import draw_bars
from helpers.displays.results import Key, Result, rows_of
from helpers.view import ClosedView, Group, View

MOST = 60  # bars
WHAT = f"Participants with a serious event or one of grade {SEVERE} or higher"


@shown_as("F-S-08", title="Follow-up of each participant", needs=("adsl",))
def plot_swimmer(view: View) -> Figure:
    """One bar per randomised participant; of more than 60 numbers by month and arm in its place.

    Results: population ITT, arm, parameter GRAVE: n, N, pct, lower, upper; parameter FOLLOW_UP,
    DOSE, DOSE_OTHER_ROUTE, VISIT, GRADE3, SERIOUS, category the key of the participant, visit the
    dose or visit, `001/2` the second event: days since randomisation; of how it ended (DEATH, LEFT,
    ONGOING, COMPLETED) too. By month: parameter as above, category `MONTH n`: n or events, N.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("participants are drawn by arm")
    groups = view.groups(POPULATION)[:-1]
    courses = read_courses(view)
    grave = find_grave(view)
    shares = share_results(view, Key(POPULATION, "", "GRAVE"), groups, set(grave["USUBJID"]))
    beside = {group.label: name_grade_five(view, grave, group) for group in groups}
    crowded = len(courses.bars) > MOST
    months = count_months(view, groups, courses) if crowded else None
    drawn = list_bars(groups, courses) if months is None else list(months.results)
    return Figure(
        population_line=f"{state_population(view, POPULATION)} {_describe(months)}",
        results=(*shares, *drawn),
        notes=join_notes(
            _explain(months),
            f"Events after randomisation that are serious or of grade {SEVERE} or higher, on the "
            "day they began; one that is both is drawn as serious."
            + (f" Without a start date, not drawn: {courses.undated}." if courses.undated else ""),
            "Serious events one by one: L-S-01; doses: T-S-07; discontinuation: T-S-02.",
        ),
        source_note="adsl (RANDDT, TIMEONST, EOSSTT, DTHFL), adex with GIVENFL = Y (ASTDTM, "
        "ROUTECAT), advisit (ADT), adae with AFTRANFL = Y (ASTDT, ASERFL, ATOXGR), ITT; "
        "plot_swimmer.",
        headline=state_shares(view, WHAT, shares, beside),
        svg=draw_bars(groups, courses) if months is None else draw_months(months),
        alternative=" ".join(_say_ends(group, courses) for group in groups),
    )


def list_bars(groups: Sequence[Group], courses: Courses) -> list[Result]:
    """Length and end of each bar, and the day of each mark on it, in the order of the picture."""
    results: list[Result] = []
    marks = _group_marks(courses.marks)
    for group in groups:
        for subject, bar in courses.of_group(group).iterrows():
            key = Key(POPULATION, group.label, "FOLLOW_UP", category=bar["SUBJID"])
            days = {"days": float(bar["DAYS"])}
            results += rows_of(key, days)
            results += rows_of(key._replace(parameter=bar["END"]), days)
            for kind, name, day in marks.get(str(subject), []):
                results += rows_of(_name_mark(key, kind, name), {"days": day})
    return results


def _group_marks(marks: pd.DataFrame) -> dict[str, list[tuple[str, str, float]]]:
    """KIND, NAME and DAY of the marks of each participant."""
    grouped: dict[str, list[tuple[str, str, float]]] = {}
    for who, *mark in marks[["USUBJID", "KIND", "NAME", "DAY"]].itertuples(index=False):
        grouped.setdefault(str(who), []).append((str(mark[0]), str(mark[1]), float(mark[2])))
    return grouped


def _name_mark(key: Key, kind: str, name: str) -> Key:
    """Doses and visits by their visit, events by their number within the participant."""
    if kind in (SERIOUS, GRADE):
        return key._replace(parameter=kind, category=f"{key.category}/{name}")
    return key._replace(parameter=kind, visit=name)


def _describe(months: Months | None) -> str:
    if months is None:
        return "A bar is a participant, from randomisation to the end of follow-up."
    return f"More than {MOST} participants: numbers by {months.unit} since randomisation."


def _explain(months: Months | None) -> str:
    if months is not None:
        return (
            "Darker: more per 100 participants in follow-up at the beginning of the "
            f"{months.unit}, on one scale for all arms in each line. Numbers: participants in "
            "follow-up at its beginning; doses, events, deaths and discontinuations in it."
        )
    return (
        "Sorted by length of follow-up within arm. Bars without a sign at their end: completed. "
        "A visit is the first day of its forms; one before randomisation is not drawn. Doses stand "
        "in the lower half of a bar, events in the upper half."
    )


def _say_ends(group: Group, courses: Courses) -> str:
    """How follow-up ended, and how many doses and events are drawn."""
    bars = courses.of_group(group)
    ends = bars["END"].value_counts()
    words = {DEATH: "died", LEFT: "discontinued", ONGOING: "in follow-up", COMPLETED: "completed"}
    said = [f"{int(ends.get(code, 0))} {word}" for code, word in words.items()]
    own = courses.marks[courses.marks["USUBJID"].isin(bars.index)]["KIND"].value_counts()
    marks = [f"{label} {own[code]}" for code, label in MARKS.items() if code in own]
    marked = f"; {', '.join(m for m in marks if not m.startswith(MARKS[VISIT]))}"
    return f"{group.label} (N = {group.n}): {', '.join(said)}{marked if marks else ''}."
