"""P-S-98: what this report cannot show, in sentences made from its own numbers."""

from collections.abc import Iterable, Sequence

import pandas as pd

from helpers.displays.adverse_events.uncoded_notes import find_uncoded
from helpers.displays.columns import state_arm, state_date
from helpers.displays.conduct.reached import find_reached
from helpers.displays.data_status.form_counts import compute_completeness, count_forms
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_level, format_number
from helpers.displays.model import Page, join_notes
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.summary.wording import count_of
from helpers.stats.proportions import estimate_proportion
from helpers.view import TOTAL, ClosedView, Group, View

Said = tuple[str, tuple[Result, ...]]  # a sentence, empty where there is nothing to say
NOTHING: Said = ("", ())
NO_EVENT = "NO_EVENT"
COUNTED = ("F", "E")  # severities of findings that leave a record out or call it wrong
SOURCES = ("adsl", "adae", "advisit", "postcut")


@shown_as(
    "P-S-98",
    title="What this report cannot show",
    audiences={"open": "pooled", "closed_masked": "pooled"},
    needs=("adsl",),
    small_counts="shown",
)
def show_limits(view: View) -> Page:
    """What the size, length, design, coding and state of the data keep from being seen.

    Results: Key(SAF or ITT, arm, NO_EVENT) N, upper of the interval without any event; Key(ITT,
    Total, REACHED, last visit) n, N; category LETTER of NO_EVENT for one letter of masked readers;
    Key(ENR, Total, FINDINGS) events; Key(ITT, Total, COMPLETENESS) n, total. Open readers are told
    nothing of events and arms.
    """
    said = [
        _state_size(view),
        _state_follow_up(view),
        (_state_comparisons(view), ()),
        _state_arms_without_dose(view),
        *((note, ()) for note in view.trial.limits_note),
        _state_records(view),
        _state_data(view),
        _state_later(view),
    ]
    return Page(
        population_line=f"Data to {state_date(view.cutoff)}.",
        results=tuple(row for _, results in said for row in results),
        sentences=join_notes([text for text, _ in said]),
        source_note=f"{', '.join(name for name in SOURCES if view.has(name))}, findings; "
        "limits_note of the trial; show_limits.",
    )


def _state_size(view: View) -> Said:
    """The rate that an event can still have although nobody of a group had it."""
    closed = isinstance(view, ClosedView)
    groups = [group for group in view.groups(view.safety if closed else "ITT") if group.n]
    groups = [group for group in groups if group.code or not closed]
    if not groups:
        return "Size: nobody was randomised by the cut-off, so nothing can be seen.", ()
    level = view.interim.conf_level_safety
    uppers = {group.label: estimate_proportion(0, group.n, level=level) for group in groups}
    results = [
        row
        for group in groups
        for row in rows_of(
            Key(view.safety if closed else "ITT", group.label, NO_EVENT),
            {"N": group.n, "upper": uppers[group.label].upper},
            uppers[group.label].method,
        )
    ]
    rates = _join(
        f"{format_number(100 * uppers[group.label].upper, 1)}%{_name(group, closed)}"
        for group in groups
    )
    text = (
        f"Size: {_describe_size(view, groups)}. An event that none of them had can still have a "
        f"true rate of up to {rates} (upper limit of the {format_level(level)} CI)."
    )
    of_letter, more = _state_letter(view, groups[0].n, level)
    return f"{text}{of_letter}", (*results, *more)


def _state_letter(view: View, n: int, level: float) -> Said:
    """The same for a letter of the mean size: readers of letters look at each by itself."""
    each = n // len(view.trial.arms)
    if not view.access.labels or not each:
        return NOTHING
    limit = estimate_proportion(0, each, level=level)
    upper = format_number(100 * limit.upper, 1)
    key = Key("ITT", TOTAL, NO_EVENT, category="LETTER")
    return (
        f" Of one that nobody in a letter of {each} had, the limit is {upper}%.",
        tuple(rows_of(key, {"N": each, "upper": limit.upper}, limit.method)),
    )


def _describe_size(view: View, groups: Sequence[Group]) -> str:
    if not isinstance(view, ClosedView):
        return count_of(groups[0].n, "randomised participant")
    arms = _join(f"{group.n} in {group.label}" for group in groups)
    return f"participants {state_arm(view, view.safety)}, {arms}"


def _name(group: Group, closed: bool) -> str:
    """` in A` behind a number of an arm; nothing where there is no arm."""
    return f" in {group.label}" if closed else ""


def _state_follow_up(view: View) -> Said:
    """How many were followed to the last planned visit; harm that comes later is not here."""
    randomised = view.total("ITT")
    if not randomised.n:
        return NOTHING
    last = view.trial.visits[-1]
    n = len(find_reached(view, last) & set(randomised.subjects))
    key = Key("ITT", TOTAL, "REACHED", last.code)
    others = ", or has not had the time to come in the others," if n < randomised.n else ""
    text = (
        f"Time: {n} of {randomised.n} randomised participants have reached {last.label.lower()} "
        f"(T-S-08). What comes later{others} is not in this report."
    )
    return text, tuple(rows_of(key, {"n": n, "N": randomised.n}))


def _state_comparisons(view: View) -> str:
    if view.access.labels:
        return (
            "Comparison: arms are under letters; which letter is which arm, and so whether "
            "treatment does harm, is not in this report."
        )
    if view.audience == "open":
        return "Comparison: this report is pooled; it cannot say whether treatment does harm."
    return (
        "Comparison: no test is made on safety data. Of many intervals some leave out a difference "
        "of zero by chance; none is adjusted for their number, nor for the number of reports."
    )


def _state_data(view: View) -> Said:
    """Open findings, missing forms, and what was not rolled back to the cut-off."""
    n = int(view.findings["severity"].isin(COUNTED).sum())
    text = (
        f"Data: cut at {state_date(view.cutoff)}, from an extract of {state_date(view.extract)}; "
        f"{count_of(n, 'finding')} of severity F or E "
        f"{'stands' if n == 1 else 'stand'} (T-S-03c)"
    )
    results = [Result(Key("ENR", TOTAL, "FINDINGS"), "events", float(n))]
    forms = compute_completeness(
        count_forms(view, view.total("ITT")) if view.has("advisit") else []
    )
    if forms["total"]:
        text += f"; {forms['n']} of {forms['total']} forms due were received (F-S-03)"
        results += rows_of(Key("ITT", TOTAL, "COMPLETENESS"), forms)
    return f"{text}. Grades and seriousness are those of the extract.", tuple(results)


def _state_arms_without_dose(view: View) -> Said:
    idle = [arm.label for arm in view.trial.arms if not arm.active]
    if not isinstance(view, ClosedView) or not idle or not view.has("adex"):
        return NOTHING
    text = (
        f"Design: no dose is planned in {_join(idle)}. Events of the procedure, and of the hours "
        "after a dose, have nothing beside them there, and who is visited for a dose is asked more "
        "often."
    )
    return text, ()


def _state_records(view: View) -> Said:
    """Events of the safety population without a term, a grade or an opinion of their cause."""
    if not isinstance(view, ClosedView) or not view.has("adae", "TRTEMFL"):
        return NOTHING
    events = view["adae"][view["adae"]["TRTEMFL"] == "Y"]
    lacking = {
        "AEDECOD": "without a preferred term",
        "ATOXGR": "without a grade",
        "RELIMPFL": "of an arm with doses without causality",
    }
    counts = {name: _count_lacking(events, name) for name in lacking if name in events}
    said = [f"{n} {lacking[name]}" for name, n in counts.items() if n]
    key = Key(view.safety, TOTAL, "LACKING")
    results = [
        Result(key._replace(category=name), "events", float(n)) for name, n in counts.items()
    ]
    if not said:
        return "", tuple(results)
    total = count_of(len(events), "treatment-emergent event")
    text = f"Records: of {total}, {_join(said)}."
    if counts.get("AEDECOD"):
        text += (
            " What has no preferred term is in no count that goes by a list of them: the primary "
            "outcome and events of special interest (T-S-11, T-S-12, T-S-30) can be too low."
        )
    return text, tuple(results)


def _count_lacking(events: pd.DataFrame, name: str) -> int:
    if name == "AEDECOD":
        return len(find_uncoded(events))
    lacks = events[name] == "Y" if name == "RELIMPFL" else events[name].isna()
    return int(lacks.sum())


def _state_later(view: View) -> Said:
    if not isinstance(view, ClosedView) or not view.has("postcut") or view["postcut"].empty:
        return NOTHING
    kinds = view["postcut"]["KIND"]
    events = count_of(int((kinds == "SAE").sum()), "serious event")
    deaths = count_of(int((kinds == "DEATH").sum()), "death")
    return f"After the cut-off: {events} and {deaths}, in no number of this report (L-S-03).", ()


def _join(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
