"""T-S-24, T-S-24b: what the rules of the monitor do at which true rate, and their limits."""

from dataclasses import replace

from helpers.displays import show
from helpers.displays.cells import Cell, Form
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import Header, Line, Table, join_notes
from helpers.displays.monitoring.design import (
    Design,
    characterise_companion,
    characterise_rule,
    find_steps,
    limit_key,
    list_characteristics,
    name_looks,
    rate_key,
    read_design,
)
from helpers.displays.monitoring.monitor_numbers import read_arms
from helpers.displays.results import Result
from helpers.stats.stopping.operating_characteristics import RATES
from helpers.view import ClosedView, View

RULE, LOOKS, ANY_ARM, COMPANION = "RULE", "RULE.OTHER_LOOKS", "RULE.ANY_ARM", "COMPANION"
METHOD = "exact_recursion"


@shown_as("T-S-24", title="Operating characteristics of the monitoring rules", needs=("adstop",))
def tabulate_operating(view: View) -> Table:
    """Probability of an alert, by true rate: of the rule, at other looks, of the companion."""
    return _add_note(view, show_characteristics(read_design(view)))


@shown_as("T-S-24b", title="Fewest events that alert", needs=("adstop",))
def tabulate_limits(view: View) -> Table:
    """Limits of the rule and of its companion, by evaluable participants."""
    return _add_note(view, show_limits(read_design(view)))


def _add_note(view: View, table: Table) -> Table:
    return replace(table, notes=join_notes(*table.notes, note_more_than_planned(view)))


def note_more_than_planned(view: View) -> str:
    """Arms with more evaluable participants than the planned arm that a design is made for."""
    size = view.trial.accrual.per_arm
    if not isinstance(view, ClosedView):
        return ""
    more = [
        f"{one.found.now.evaluable} in {one.arm.label}"
        for one in read_arms(view)
        if one.found.now.evaluable > size
    ]
    if not more:
        return ""
    return (
        f"For the planned {size} participants of an arm; more are evaluable ({', '.join(more)}): "
        "their limits are in T-S-23 and F-S-15."
    )


def show_characteristics(design: Design) -> Table:
    """T-S-24 of a design."""
    columns = _list_columns(design)
    lines = tuple(
        Line(f"{rate:.0%}", tuple(Cell(rate_key(code, rate), form) for code, form, _ in columns))
        for rate in RATES
    )
    return Table(
        population_line=f"One arm of {design.size} participants; the rule is checked "
        f"{name_looks(design.checked)}.",
        results=tuple(_list_results(design)),
        notes=join_notes(
            "Exact, by recursion over participants and events. Participants: evaluable when the "
            "arm alerts or is complete; those dosed and not yet evaluable come on top.",
            "Any of the arms: independent arms with the same true rate." if design.arms > 1 else "",
            _describe_companion(design),
        ),
        source_note=f"parameters; {METHOD}.",
        headline=_state_headline(design),
        stub="True rate of stopping events",
        headers=tuple(header for _, _, header in columns),
        lines=lines,
    )


def _list_columns(design: Design) -> list[tuple[str, Form, Header]]:
    """Code in results.csv, form and head of each column."""
    rule, other = "Stopping rule", f"Checked {name_looks(design.other_looks)}"
    any_arm = Header("Pr(alert)", f"any of {design.arms} arms", group=rule)
    return [
        (RULE, show.number("prob_alert", 3), Header("Pr(alert)", group=rule)),
        (RULE, show.number("expected_n", 2), Header("Participants", "expected", group=rule)),
        *([(ANY_ARM, show.number("prob_alert", 3), any_arm)] if design.arms > 1 else []),
        (LOOKS, show.number("prob_alert", 3), Header("Pr(alert)", group=other)),
        (COMPANION, show.number("prob_alert", 3), Header("Pr(cross)", group="Companion")),
    ]


def _list_results(design: Design) -> list[Result]:
    rule = characterise_rule(design, design.checked)
    results = list_characteristics(RULE, rule, METHOD)
    results += list_characteristics(LOOKS, characterise_rule(design, design.other_looks), METHOD)
    results += list_characteristics(COMPANION, characterise_companion(design), METHOD)
    if design.arms > 1:
        results += [
            Result(rate_key(ANY_ARM, row.rate), "prob_alert", row.p_either, METHOD)
            for row in rule.itertuples(index=False)
        ]
    return results


def _state_headline(design: Design) -> str:
    """What the rule does at a rate below its limit, near it and well above."""
    table = characterise_rule(design, design.checked).set_index("rate")["p_alert"]
    low, middle, high = (
        f"{rate:.0%} with probability {format_number(table[rate], 3)}" for rate in (0.05, 0.15, 0.3)
    )
    return f"An arm alerts at a true rate of {low}, at {middle}, at {high}."


def _describe_companion(design: Design) -> str:
    size = float(design.companion["size"].iloc[0])
    return (
        f"Companion: acceptable rate {100 * design.p0:g}%, error at most {100 * design.alpha:g}%, "
        f"attained {format_number(100 * size, 2)}%; checked after every participant."
    )


def show_limits(design: Design) -> Table:
    """T-S-24b of a design: a row for each range of participants with the same limits."""
    companion = design.companion.set_index("n")["alert_at"]
    rules = ((RULE, design.limits, "alert_at"), (COMPANION, companion, "bound"))
    results = [
        Result(limit_key(code, n), statistic, float(count))
        for code, limits, statistic in rules
        for n, count in limits.items()
    ]
    lines = tuple(
        Line(
            f"{first}" if first == last else f"{first} to {last}",
            (
                _cell(RULE, first, show.fewest("alert_at")) if first in design.limits.index else "",
                _cell(COMPANION, first, show.fewest("bound")),
            ),
        )
        for first, last in find_steps(design)
    )
    return Table(
        population_line="Participants with an event at which each rule alerts. -: no number of "
        f"events does.{'' if design.checked is None else ' Empty: not checked.'}",
        results=tuple(results),
        notes=join_notes(
            f"Stopping rule: prior Beta({design.prior[0]:g}, {design.prior[1]:g}), alert where "
            f"Pr(rate above {100 * design.p_star:g}%) is {design.cut:g} or more; checked "
            f"{name_looks(design.checked)}.",
            "Companion: T-S-24.",
        ),
        source_note="parameters; beta_binomial, pocock.",
        stub="Evaluable participants",
        headers=(Header("Stopping rule"), Header("Companion")),
        lines=lines,
    )


def _cell(code: str, n: int, form: Form) -> Cell:
    return Cell(limit_key(code, n), form)
