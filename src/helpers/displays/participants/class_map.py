"""F-S-19: participants by system organ class, darker the worse the grade of their events."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.adverse_events.coded_terms import name_term
from helpers.displays.adverse_events.event_counts import NO_EVENTS
from helpers.displays.adverse_events.event_notes import (
    AS_IN_EXTRACT,
    name_grade_five,
    note_fatal_unrecorded,
    note_grade_five,
)
from helpers.displays.adverse_events.kinds import SEVERE, find_emergent
from helpers.displays.adverse_events.serious_excess import name_reference
from helpers.displays.adverse_events.term_rows import SOC, name_terms, order_terms
from helpers.displays.columns import state_population
from helpers.displays.declare import shown_as
from helpers.displays.figures.shares import share_results, state_shares
from helpers.displays.model import Figure, join_notes
from helpers.displays.participants.class_map_drawing import Block, draw_blocks
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import count_persons, of_persons
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView, Group, View

MOST = 60  # participants with a column of their own
MISSING = "missing"
GRADES = ("1", "2", "3", "4", "5", MISSING)
WORST = "WORST"


class _Chosen(NamedTuple):
    """A class of the headline: its name, what was counted in words, the events counted.

    `excess` in percentage points, and how many classes were `compared` and have the same (`equal`).
    """

    soc: str
    words: str
    events: pd.DataFrame
    excess: float
    compared: int
    equal: int


@shown_as(
    "F-S-19",
    title="Participants by system organ class and worst grade",
    needs=("adae",),
    absent="There are no adverse event data in this trial.",
    variables=("TRTEMFL", "ATOXGR"),
)
def plot_class_map(view: View) -> Figure:
    """Classes down, a column per participant; of more than 60 a column per grade and arm.

    Results: population SAF, arm, parameter the class, category the key of the participant: grade;
    of many participants category `/3`: n, N, pct. Parameter WORST, category the class of the
    headline: n, N, pct, lower, upper.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("participants are drawn by arm")
    groups = view.groups(view.safety)[:-1]
    events = name_terms(find_emergent(view))
    events = events[events["USUBJID"].isin(view.total(view.safety).subjects)]
    classes = order_terms(events, SOC)
    worst = find_worst_grades(events)
    crowded = sum(group.n for group in groups) > MOST
    named = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID").astype(str)
    build = _count_block if crowded else _name_block
    blocks = [build(group, worst, classes, named) for group in groups]
    headline, shares = _state_headline(view, groups, events, classes)
    return Figure(
        population_line=f"{state_population(view, view.safety)} Treatment-emergent events. "
        + (
            f"More than {MOST} participants: numbers by worst grade in the class, darker the more."
            if crowded
            else "A column is a participant, a number the worst grade in the class."
        ),
        results=(*shares, *(result for block in blocks for result in block.results)),
        notes=join_notes(
            ""
            if crowded
            else "Within an arm by worst grade, then number of classes; empty: no event.",
            "Darker is worse; ?: no event of the class has a grade. Classes by decreasing number "
            "of participants. By class and term: T-S-14, T-S-15."
            if not crowded
            else "?: no event of the class has a grade. Classes by decreasing number of "
            "participants. By class and term: T-S-14, T-S-15.",
            note_grade_five(view, events),
            note_fatal_unrecorded(view, events),
            AS_IN_EXTRACT,
        ),
        source_note=f"adae with TRTEMFL = Y (AEBODSYS, ATOXGR), {view.safety}; plot_class_map.",
        headline=headline,
        alternative=_describe(groups, worst, classes),
        svg=draw_blocks(classes, blocks, crowded),
    )


def find_worst_grades(events: pd.DataFrame) -> pd.DataFrame:
    """USUBJID, the class and GRADE: the worst one known, null where no event of it has one."""
    grades = events.assign(GRADE=events["ATOXGR"].astype("Float64"))
    return grades.groupby(["USUBJID", SOC], sort=True)["GRADE"].max().reset_index()


def _name_block(
    group: Group, worst: pd.DataFrame, classes: Sequence[str], named: pd.Series
) -> Block:
    """A column per participant, the worst first; NaN: no event, 0: an event without a grade."""
    own = worst[worst["USUBJID"].isin(group.subjects)]
    table = own.assign(GRADE=own["GRADE"].fillna(0).astype(float))
    wide = table.pivot_table(index=SOC, columns="USUBJID", values="GRADE")
    wide = wide.reindex(index=list(classes), columns=list(group.subjects))
    order = pd.DataFrame({"WORST": wide.max().fillna(-1), "CLASSES": wide.notna().sum()})
    order = order.assign(SUBJID=named.reindex(order.index))
    order = order.sort_values(["WORST", "CLASSES", "SUBJID"], ascending=[False, False, True])
    wide = wide[list(order.index)].set_axis(list(order["SUBJID"]), axis=1)
    results: list[Result] = []
    for who in wide.columns:
        for soc, grade in wide[who].dropna().items():
            key = Key(group.population, group.label, str(soc), category=str(who))
            results += rows_of(key, {"grade": grade or float("nan")})
    texts = wide.map(lambda grade: "" if pd.isna(grade) else f"{grade:.0f}" if grade else "?")
    return Block(group, wide, texts, tuple(results))


def _count_block(
    group: Group, worst: pd.DataFrame, classes: Sequence[str], named: pd.Series
) -> Block:
    """A column per grade: percent of participants as shade, their number as text."""
    own = worst[worst["USUBJID"].isin(group.subjects)]
    grade = own["GRADE"].astype("Int64").astype("string").fillna(MISSING)
    counted = pd.crosstab(own[SOC], grade) if len(own) else pd.DataFrame()
    counted = counted.reindex(index=list(classes), columns=list(GRADES)).fillna(0).astype(int)
    results: list[Result] = []
    for soc in classes:
        for code in GRADES:
            hit = own.loc[(own[SOC] == soc) & (grade == code), "USUBJID"]
            key = Key(group.population, group.label, soc, category=f"/{code}")
            results += rows_of(key, count_persons(group, set(hit)))
    share = counted / max(group.n, 1) * 100
    heads = ["?" if code == MISSING else code for code in GRADES]
    texts = counted.astype(str).where(counted > 0, "")
    return Block(
        group, share.set_axis(heads, axis=1), texts.set_axis(heads, axis=1), tuple(results)
    )


def _state_headline(
    view: ClosedView, groups: Sequence[Group], events: pd.DataFrame, classes: Sequence[str]
) -> tuple[str, list[Result]]:
    """The class in which an arm exceeds the control most by participants of grade 3 or higher.

    First among the classes with a serious event, then among all, where that is another one.
    Without any of grade 3 in the classes compared, those of any grade are; of equal classes the
    first.
    """
    if events.empty:
        return f"{NO_EVENTS}.", []
    grave = set(events.loc[events["ASERFL"] == "Y", SOC]) if "ASERFL" in events else set()
    chosen = [soc for soc in classes if soc in grave]
    every = _choose_class(view, groups, events, classes)
    if not chosen:
        return _state_class(view, groups, every, _say_choice(view, every))
    first = _choose_class(view, groups, events, chosen)
    among = _say_choice(view, first, " with a serious event") if len(classes) > 1 else ""
    text, results = _state_class(view, groups, first, among)
    if every.soc == first.soc:
        return text, results
    more, others = _state_class(view, groups, every, _say_choice(view, every))
    return f"{text} {more}", [*results, *others]


def _choose_class(
    view: ClosedView, groups: Sequence[Group], events: pd.DataFrame, classes: Sequence[str]
) -> _Chosen:
    """The class of the largest excess among some, with the events that were compared."""
    own = events[events[SOC].isin(classes)]
    severe = own[(own["ATOXGR"] >= SEVERE).fillna(False)]
    counted, words = (severe, f"grade {SEVERE} or higher") if len(severe) else (own, "any event")
    subjects = {soc: set(counted.loc[counted[SOC] == soc, "USUBJID"]) for soc in classes}
    excess = {name: find_excess(view, groups, subjects[name]) for name in classes}
    soc = max(classes, key=lambda name: excess[name])
    equal = sum(math.isclose(value, excess[soc], abs_tol=1e-9) for value in excess.values()) - 1
    own = counted[counted[SOC] == soc]
    return _Chosen(soc, words, own, excess[soc], len(classes), equal)


def _state_class(
    view: ClosedView, groups: Sequence[Group], chosen: _Chosen, among: str
) -> tuple[str, list[Result]]:
    """Its participants by arm in a sentence; `among` says which classes it was chosen from."""
    key = Key(view.safety, "", WORST, category=chosen.soc)
    results = share_results(view, key, groups, set(chosen.events["USUBJID"]))
    beside = {group.label: name_grade_five(view, chosen.events, group) for group in groups}
    return state_shares(
        view, f"{name_term(chosen.soc)}, {chosen.words}{among}", results, beside
    ), results


def _say_choice(view: ClosedView, chosen: _Chosen, which: str = "") -> str:
    """Among how many classes the one of the headline has the largest excess, if there is any."""
    if chosen.compared == 1:
        return f", the only class{which}" if which else ""
    over, among = f"excess over {name_reference(view)}", f"{chosen.compared} classes{which}"
    if chosen.excess <= 0:
        return f", no {over} in any of {among}"
    shared = f" (as large in {count_of(chosen.equal, 'other')})" if chosen.equal else ""
    return f", largest {over} of {among}{shared}"


def find_excess(view: ClosedView, groups: Sequence[Group], subjects: set[str]) -> float:
    """Percentage points by which an arm exceeds the control; without one the lowest arm."""
    shares = {g.code: 100 * len(subjects & set(g.subjects)) / g.n for g in groups if g.n}
    reference = shares.pop(view.trial.control or "", None)
    if not shares:
        return 0.0
    return max(shares.values()) - (min(shares.values()) if reference is None else reference)


def _describe(groups: Sequence[Group], worst: pd.DataFrame, classes: Sequence[str]) -> str:
    """Participants with an event of each class by arm, and how many of grade 3 or higher."""
    said = []
    for soc in classes:
        own = worst[worst[SOC] == soc]
        parts = []
        for group in groups:
            rows = own[own["USUBJID"].isin(group.subjects)]
            severe = int((rows["GRADE"] >= SEVERE).fillna(False).sum())
            parts.append(f"{group.label} {len(rows)} ({severe})")
        said.append(f"{name_term(soc)}: {', '.join(parts)}")
    words = f"Participants with an event (of grade {SEVERE} or higher)"
    return f"{words}. {'; '.join(said)}." if said else f"{NO_EVENTS}."
