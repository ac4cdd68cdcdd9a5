"""T-S-23: the stopping monitor of each arm that gets the product."""

from collections.abc import Mapping

import pandas as pd

from helpers.displays import show
from helpers.displays.adverse_events.event_notes import note_severe_not_serious
from helpers.displays.adverse_events.uncoded_notes import note_uncoded
from helpers.displays.cells import Cell, Form
from helpers.displays.columns import build_headers, state_date, state_population
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import NOT_APPLICABLE, Line, Table, join_notes
from helpers.displays.monitoring.control import (
    COMPARED,
    STATES,
    Compared,
    compare_arms,
    compared_key,
    excess_key,
    list_compared,
)
from helpers.displays.monitoring.monitor_numbers import MONITOR, Monitored, list_numbers, read_arms
from helpers.displays.monitoring.monitor_words import state_headline, write_counts, write_day
from helpers.displays.monitoring.other_dates import describe_arms, list_other_rows
from helpers.displays.monitoring.pause import (
    describe_triggers,
    describe_unknown_lots,
    find_met,
    find_unknown_lots,
    judges_triggers,
    name_trigger,
)
from helpers.displays.monitoring.stopping import Alert, Crossed, LaterAlert
from helpers.displays.monitoring.stopping_words import describe_rule
from helpers.displays.monitoring.uncoded import list_uncoded_rows
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, collect_rows, count_persons, heading_row
from helpers.params.trial import Arm, PauseTrigger, Trial
from helpers.view import ClosedView, View

REACHED = "reached"  # in place of a probability of what has happened


def has_rule(trial: Trial) -> bool:
    """Whether the data of a trial can hold what the stopping rule counts: collected tables."""
    return trial.level == "raw"


@shown_as(
    "T-S-23",
    title="Stopping monitor",
    audiences={"open": "sentence", "closed_masked": "sentence"},
    sentence={
        "open": "The monitoring committee reviews the safety stopping rule in closed session.",
        "closed_masked": "The safety stopping rule, and whether it alerts, is in the report that "
        "names the arms: read it there before any recommendation.",
    },
    said=has_rule,
    needs=("adstop",),
    absent="The data of this trial do not hold what a stopping rule counts.",
)
def tabulate_monitor(view: View) -> Table:
    """Stopping rule, frequentist companion, immediate triggers, comparison with control, by arm.

    Results: population SAF, arm, parameter `STOPPING`: events, evaluable, posterior_mean, lower,
    upper, prob_above, alert_at, bound of each arm that gets the product.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the stopping monitor is kept by arm")
    arms = read_arms(view)
    compared = compare_arms(view)
    rows = [
        *_list_rule_rows(view, arms),
        *list_other_rows(view, MONITOR),
        *list_uncoded_rows(view, MONITOR),
        *_list_companion_rows(view, arms),
        *_list_dose_rows(view),
        *_list_trigger_rows(view),
        *_list_control_rows(view, compared),
    ]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, 'SAF')} Arms that get the product.",
        results=(*(r for one in arms for r in list_numbers(one)), *results),
        notes=_list_notes(view, arms, compared),
        source_note="adstop, adpause, adae (SEVTOXFL, TRTEMFL), adex; tabulate_monitor; "
        "beta_binomial, pocock, independent_beta (docs/monitoring.md).",
        headline=f"{describe_arms(view)} {state_headline(view, arms, compared)}".strip(),
        stub="Monitor",
        headers=build_headers(view.groups("SAF")[:-1]),
        lines=lines,
    )


def _place(view: ClosedView, cells: dict[str, Cell | str]) -> tuple[Cell | str, ...]:
    """Cells by ARMCD under their arms; `n.a.` under the others."""
    return tuple(cells.get(arm.code, NOT_APPLICABLE) for arm in view.arms)


def _number(view: ClosedView, label: str, form: Form, category: str = "", level: int = 1) -> Row:
    """A line that shows a number of the monitor of each arm."""
    cells: dict[str, Cell | str] = {
        arm.code: Cell(Key("SAF", arm.label, MONITOR, "", category), form)
        for arm in view.trial.active_arms
    }
    return Row(Line(label, _place(view, cells), level=level))


def _words(
    view: ClosedView, label: str, words: dict[str, str], *, strong: bool = False, level: int = 1
) -> Row:
    return Row(Line(label, _place(view, {**words}), level=level, strong=strong))


def _list_reached(
    view: ClosedView, label: str, reached: Mapping[str, Alert | Crossed | None]
) -> list[Row]:
    """The day on which a limit was reached, and the counts of that day where it was."""
    days = _words(view, label, {code: write_day(one) for code, one in reached.items()})
    if not any(reached.values()):
        return [days]
    counts = {code: write_counts(one) for code, one in reached.items()}
    return [days, _words(view, "counts of that day", counts, level=2)]


def _list_rule_rows(view: ClosedView, arms: list[Monitored]) -> list[Row]:
    rule = view.interim.stop
    answered = {one.arm.code: one.found.closed.text for one in arms if one.found.closed}
    limit = format_number(100 * rule.p_star, 0)
    words = [
        _words(view, "State", {one.arm.code: one.word for one in arms}, strong=True),
        *_list_reached(view, "First alert", {one.arm.code: one.found.first for one in arms}),
    ]
    later = {one.arm.code: one.found.later for one in arms}
    if any(later.values()):
        words += _list_reached(
            view,
            "Last alert anew",
            {code: one.alert if one else None for code, one in later.items()},
        )
        words.append(
            _words(
                view,
                "below the limit from",
                {code: _write_below(one) for code, one in later.items()},
                level=2,
            )
        )
    if any(one.found.first for one in arms):
        unanswered = {one.arm.code: "none" if one.found.first else "" for one in arms}
        words.append(_words(view, "Committee's answer", {**unanswered, **answered}))
    if answered:
        again = {one.arm.code: one.found.again for one in arms}
        words += _list_reached(view, "Alert after the answer", again)
    last = arms[0].limits.last if len({one.limits.last for one in arms}) == 1 else None
    end = f"{last} evaluable" if last else "the last planned participant"
    return [
        heading_row("Stopping rule (Bayesian), binding as an alert, advisory for the committee"),
        *words,
        _number(view, "With a stopping event / evaluable", show.events_of()),
        _number(view, "Not yet evaluable", show.n(), "NOT_EVALUABLE"),
        _number(view, "Rate, posterior mean, %", show.posterior()),
        _number(view, "95% credible interval", show.credible(), level=2),
        _number(
            view, f"Pr(rate above {limit}%), alert from {rule.cut:g}", show.number("prob_above", 3)
        ),
        _number(view, "Fewest events that alert among the evaluable", show.fewest("alert_at")),
        _number(view, "among one more evaluable", show.fewest("alert_at"), "ONE_MORE", level=2),
        _number(view, "among two more", show.fewest("alert_at"), "TWO_MORE", level=2),
        _predict_row(view, arms, f"Predicted: Pr(alert by {end})"),
    ]


def _write_below(later: LaterAlert | None) -> str:
    """The day from which the counts no longer alert."""
    if later is None:
        return ""
    return state_date(later.below.day) if later.below else "not since"


def _predict_row(view: ClosedView, arms: list[Monitored], label: str) -> Row:
    """The probability of an alert to come; nothing is predicted where the counts alert now."""
    form = show.number("prob_alert", 3)
    cells: dict[str, Cell | str] = {
        one.arm.code: REACHED
        if one.found.state == "ALERT"
        else Cell(Key("SAF", one.arm.label, MONITOR, "", "PREDICTED"), form)
        for one in arms
    }
    return Row(Line(label, _place(view, cells), level=1))


def _list_companion_rows(view: ClosedView, arms: list[Monitored]) -> list[Row]:
    rule = view.interim.freq_stop
    p0, alpha = (format_number(100 * share, 0) for share in (rule.p0, rule.alpha))
    crossed = {one.arm.code: one.crossed for one in arms}
    return [
        heading_row(f"Frequentist companion: acceptable rate {p0}%, error {alpha}%"),
        _number(view, "Fewest events that cross among the evaluable", show.fewest("bound")),
        *_list_reached(view, "First crossed", crossed),
    ]


def _list_dose_rows(view: ClosedView) -> list[Row]:
    """Participants with a stopping event after each dose, of those who got it."""
    if not (view.has("adae", "SEVTOXFL", "DOSEREF") and view.has("adex", "DOSEORD")):
        return []
    given = view.flagged("adex", "GIVENFL")
    events = view.flagged("adae", "SEVTOXFL")
    rows = [heading_row("Participants with a stopping event after a dose / given it")]
    for dose in range(1, view.trial.doses.planned + 1):
        got = set(given.loc[given["DOSEORD"] == dose, "USUBJID"])
        hit = set(events.loc[(events["DOSEREF"] == dose).fillna(False), "USUBJID"])
        rows.append(_count_dose(view, dose, got, hit))
    return rows


def _count_dose(view: ClosedView, dose: int, got: set[str], hit: set[str]) -> Row:
    cells: dict[str, Cell | str] = {}
    results: list[Result] = []
    for arm in view.trial.active_arms:
        key = Key("SAF", arm.label, f"{MONITOR}.PERSONS", f"DOSE{dose}")
        counts = count_persons(view.arm_group("SAF", arm.code), hit, among=got)
        results += [Result(key, name, value) for name, value in counts.items()]
        cells[arm.code] = Cell(key, show.n_of())
    return Row(Line(f"Dose {dose}", _place(view, cells), level=1), tuple(results))


def _list_trigger_rows(view: ClosedView) -> list[Row]:
    if not judges_triggers(view) or not view.trial.pause_triggers:
        return []
    met = {(one.trigger.code, one.arm): one for one in find_met(view)}
    asked = {arm.code: _name_request(view, arm) for arm in view.trial.active_arms}
    rows = [
        heading_row("Immediate triggers: records counted"),
        _words(view, "Review", asked, strong=True),
    ]
    counted, unknown = view["adpause"], find_unknown_lots(view)
    for trigger in view.trial.pause_triggers:
        needed = f" ({trigger.count} needed)" if trigger.count > 1 else ""
        cells: dict[str, Cell | str] = {}
        results: list[Result] = []
        for arm in view.trial.active_arms:
            own = (counted["TRIGGER"] == trigger.code) & (counted["TRT01A"] == arm.code)
            key = Key("SAF", arm.label, "TRIGGER", "", trigger.code)
            results.append(Result(key, "events", float(own.sum())))
            cells[arm.code] = Cell(key, show.events())
        strong = any((trigger.code, arm.code) in met for arm in view.trial.active_arms)
        label = f"{name_trigger(trigger)[:1].upper()}{name_trigger(trigger)[1:]}{needed}"
        rows.append(Row(Line(label, _place(view, cells), level=1, strong=strong), tuple(results)))
        if trigger.lots and len(unknown):
            rows.append(_count_unknown_lots(view, trigger, unknown))
    return rows


def _count_unknown_lots(view: ClosedView, trigger: PauseTrigger, unknown: pd.DataFrame) -> Row:
    """Doses for which a trigger on lots cannot be judged: its number above is then no zero."""
    keys = {
        arm.code: Key("SAF", arm.label, "TRIGGER", "", f"{trigger.code}.NOT_KNOWN")
        for arm in view.trial.active_arms
    }
    results = [
        Result(key, "events", float((unknown["TRT01A"] == code).sum()))
        for code, key in keys.items()
    ]
    cells: dict[str, Cell | str] = {code: Cell(key, show.events()) for code, key in keys.items()}
    return Row(Line("not known, doses", _place(view, cells), level=2), tuple(results))


def _name_request(view: ClosedView, arm: Arm) -> str:
    met = [one for one in find_met(view) if one.arm == arm.code]
    if any(one.closed is None for one in met):
        return "requested"
    return "answered" if met else "none"


def _list_control_rows(view: ClosedView, compared: list[Compared]) -> list[Row]:
    if not compared:
        return []
    margin = format_number(100 * view.interim.comparative_alert.margin, 0)
    control = compared[0].control
    rows = [
        Row(
            Line(
                f"Compared with {control.label} (stops nothing): participants with an event",
                heading=True,
            ),
            tuple(list_compared(compared)),
        )
    ]
    for code, label in COMPARED.items():
        own = [one for one in compared if one.code == code]
        counts: dict[str, Cell | str] = {
            group.code: Cell(compared_key(one, group.label), show.n_pct())
            for one in own
            for group in (one.arm, one.control)
        }
        excess: dict[str, Cell | str] = {
            one.arm.code: Cell(excess_key(one), show.number("prob_above", 3)) for one in own
        }
        states: dict[str, Cell | str] = {one.arm.code: STATES[one.alert.state] for one in own}
        rows += [
            Row(Line(label, _place(view, counts), level=1)),
            Row(
                Line(
                    f"Pr(rate above that of {control.label} by more than {margin} points)",
                    _place(view, excess),
                    level=2,
                )
            ),
            Row(Line("Alert", _place(view, states), level=2)),
        ]
    return rows


def _list_notes(
    view: ClosedView, arms: list[Monitored], compared: list[Compared]
) -> tuple[str, ...]:
    rule, comparison = view.interim.freq_stop, view.interim.comparative_alert
    remembered = any(one.found.first for one in arms)
    return join_notes(
        describe_rule(view),
        note_uncoded(
            view,
            "stopping events and triggers by term (those by relation, seriousness and grade count "
            "whatever the term)",
            windows=False,
        ),
        "Each event: L-S-09. The path of the counts: F-S-15. What the rules do at which true rate: "
        "T-S-24.",
        "Predicted: participants still to come (none, or those not yet evaluable, once recruitment "
        "has ended) have the rate of the posterior; those evaluable "
        "stay as they are, although a later dose may bring one of them an event."
        + (
            f" {REACHED.capitalize()}: the counts alert now. Where they did before and do not "
            "now: of a further alert."
            if remembered
            else ""
        ),
        "Companion (Pocock type, exact): a count crosses when its tail probability at a rate of "
        f"{100 * rule.p0:g}% is at most a constant, the largest that keeps the probability of ever "
        f"crossing at {100 * rule.alpha:g}% or less. It stops nothing.",
        f"Triggers: {describe_triggers(view.trial.pause_triggers)}."
        if judges_triggers(view) and view.trial.pause_triggers
        else "",
        describe_unknown_lots(view) if judges_triggers(view) else "",
        f"Comparison with {compared[0].control.label}: treatment-emergent events; independent "
        f"Beta(0.5, 0.5) for each rate; amber from {comparison.amber:g}, red from "
        f"{comparison.red:g}. Not adjusted for the number of looks or of arms."
        if compared
        else "",
        note_severe_not_serious(view),
    )
