"""Designs of the monitor side by side: what a committee discusses before the trial."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Cell, Form
from helpers.displays.formats import format_number
from helpers.displays.model import Header, Line, Table, join_notes
from helpers.displays.monitoring.design import (
    Design,
    characterise_companion,
    characterise_rule,
    find_ranges,
    name_looks,
)
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, collect_rows, heading_row
from helpers.stats.stopping.operating_characteristics import RATES

NONE = 1e-9  # difference that rounding gives
MUCH = 4.0  # standard errors that chance alone hardly gives
NAMED = (0.05, 0.15, 0.3)  # rates of the headline


class Named(NamedTuple):
    """A design under its letter; `planned`: whether it is that of the parameters.

    `simulated` has rate and p_alert of so many `trials`, nothing where there are none.
    """

    label: str
    design: Design
    planned: bool = False
    simulated: pd.DataFrame = pd.DataFrame()
    trials: int = 0


def build_headers(designs: Sequence[Named]) -> tuple[Header, ...]:
    """One column per design, under what differs from the first."""
    first = designs[0].design
    return tuple(
        Header(
            one.label,
            "as planned" if one.planned else describe_difference(one.design, first),
            place,
        )
        for place, one in enumerate(designs)
    )


def name_designs(designs: Sequence[Named]) -> list[str]:
    """`B: at 4, 8, 16` of each design, for legends."""
    heads = build_headers(designs)
    return [f"{head.label}: {head.note}" if head.note else head.label for head in heads]


def describe_difference(design: Design, other: Design) -> str:
    """What of the stopping rule of a design is not that of another; empty without a difference."""
    said = {
        f"Beta({design.prior[0]:g}, {design.prior[1]:g})": design.prior != other.prior,
        f"above {100 * design.p_star:g}%": design.p_star != other.p_star,
        f"from {design.cut:g}": design.cut != other.cut,
        f"{design.size} per arm": design.size != other.size,
        name_looks(design.checked): design.looks != other.looks,
    }
    return ", ".join(words for words, differs in said.items() if differs)


def show_settings(designs: Sequence[Named], event: str = "") -> Table:
    """T-D-1: what each design is; `event` says what a stopping event is."""
    rows: Mapping[str, Callable[[Design], str]] = {
        "Prior of the rate": lambda d: f"Beta({d.prior[0]:g}, {d.prior[1]:g})",
        "its mean": lambda d: f"{100 * d.prior[0] / sum(d.prior):.3g}%",
        "its weight in participants": lambda d: f"{sum(d.prior):g}",
        "Rate considered too high: above": lambda d: f"{100 * d.p_star:g}%",
        "Alert where its posterior probability is at least": lambda d: f"{d.cut:g}",
        "Participants per arm": lambda d: f"{d.size}",
        "Checked": lambda d: name_looks(d.checked),
        "Frequentist companion: acceptable rate": lambda d: f"{100 * d.p0:g}%",
        "probability of ever crossing at that rate, at most": lambda d: f"{100 * d.alpha:g}%",
        "the same, attained": lambda d: f"{100 * float(d.companion['size'].iloc[0]):.3g}%",
    }
    inner = (
        "its mean",
        "its weight in participants",
        "probability of ever crossing at that rate, at most",
        "the same, attained",
    )
    lines = tuple(
        Line(label, tuple(write(one.design) for one in designs), level=int(label in inner))
        for label, write in rows.items()
    )
    return Table(
        "T-D-1",
        "The designs",
        stub="Setting",
        headers=build_headers(designs),
        lines=lines,
        notes=join_notes(
            event,
            "Prior: what is assumed of the rate before the first participant, as if so many "
            "participants had been seen. The posterior adds those of the trial to it.",
            "Frequentist companion (Pocock type, exact): stands beside the rule and stops nothing; "
            "checked after every participant.",
        ),
    )


def show_rates(designs: Sequence[Named]) -> Table:
    """T-D-2: what each design does at which true rate."""
    rows = [
        *_list_block("Stopping rule: Pr(an arm alerts)", designs, "RULE", show_share()),
        *_list_block(
            "Expected participants of an arm until the alert (all, where none)",
            designs,
            "RULE",
            show.number("expected_n", 1),
            shown_again=True,
        ),
        *_list_block(_name_any(designs), designs, "ANY_ARM", show_share()),
        *_list_block(
            "Frequentist companion: Pr(an arm crosses)", designs, "COMPANION", show_share()
        ),
    ]
    lines, results = collect_rows(rows)
    return Table(
        "T-D-2",
        "What the rules do",
        results=results,
        notes=join_notes(
            "Exact, by recursion over participants and events. Pr: probability. Participants: "
            "evaluable ones; those dosed and not yet evaluable come on top.",
            "Any of the arms: independent arms with the same true rate and rule."
            if designs[0].design.arms > 1
            else "",
            describe_simulation(designs),
        ),
        stub="True rate of stopping events",
        headers=build_headers(designs),
        lines=lines,
    )


def show_share() -> Form:
    """A probability with three decimals."""
    return show.number("prob_alert", 3)


def _name_any(designs: Sequence[Named]) -> str:
    arms = designs[0].design.arms
    return f"Stopping rule: Pr(any of {arms} arms alerts)" if arms > 1 else ""


def _list_block(
    title: str, designs: Sequence[Named], code: str, form: Form, *, shown_again: bool = False
) -> list[Row]:
    """A heading and a line for each rate; `shown_again` where the numbers stand above already."""
    if not title:
        return []
    rows = [heading_row(title)]
    results = [] if shown_again else [r for one in designs for r in list_results(one, code)]
    for place, rate in enumerate(RATES):
        cells = tuple(Cell(rate_key(one.label, code, rate), form) for one in designs)
        rows.append(Row(Line(f"{rate:.0%}", cells, level=1), tuple(results) if not place else ()))
    return rows


def rate_key(label: str, code: str, rate: float) -> Key:
    """Key of what a rule of a design does at a true rate."""
    return Key(arm=label, parameter=code, category=f"{rate:g}")


def list_results(one: Named, code: str) -> list[Result]:
    """Numbers of one rule of a design at every rate."""
    table = characterise(one.design, code)
    results: list[Result] = []
    for row in table.itertuples(index=False):
        key = rate_key(one.label, code, row.rate)
        value = row.p_either if code == "ANY_ARM" else row.p_alert
        results.append(Result(key, "prob_alert", float(value)))
        if code == "RULE":
            results.append(Result(key, "expected_n", float(row.expected_n)))
    return results


def characterise(design: Design, code: str) -> pd.DataFrame:
    """Rate, p_alert, expected_n, p_either of the stopping rule or of its companion."""
    if code == "COMPANION":
        return characterise_companion(design)
    return characterise_rule(design, design.checked)


def state_headline(designs: Sequence[Named]) -> str:
    """Probabilities of an alert at a low, a middle and a high rate, of each design."""
    tables = {
        one.label: characterise(one.design, "RULE").set_index("rate")["p_alert"] for one in designs
    }
    said = [
        f"at {rate:.0%} "
        + ", ".join(f"{label} {format_number(p[rate], 3)}" for label, p in tables.items())
        for rate in NAMED
    ]
    return f"Probability that an arm alerts, by its true rate: {'; '.join(said)}."


def find_largest_difference(one: Named) -> float:
    """Largest difference of simulation and recursion, in standard errors."""
    exact = characterise(one.design, "RULE").set_index("rate")["p_alert"]
    differences = (one.simulated.set_index("rate")["p_alert"] - exact).abs()
    errors = ((exact * (1 - exact)).clip(lower=0.0) / one.trials) ** 0.5
    sure = np.where(differences > NONE, np.inf, 0.0)  # no error where the chance is 0 or 1
    return float(differences.div(errors).where(errors > 0, sure).max())


def describe_simulation(designs: Sequence[Named]) -> str:
    """How far simulated arms lie from the recursion; empty where nothing was simulated."""
    known = [one for one in designs if one.trials]
    if not known:
        return ""
    largest = max(find_largest_difference(one) for one in known)
    doubt = "" if largest <= MUCH else " That is more than chance gives: do not use these numbers."
    return (
        f"Checked with {known[0].trials:,} simulated arms for each design and rate: the largest of "
        f"{len(known) * len(RATES)} differences is {format_number(largest, 1)} standard errors."
        f"{doubt}"
    )


def show_limits(designs: Sequence[Named]) -> Table:
    """T-D-3: fewest events that alert, by evaluable participants."""
    results = [
        Result(Key(arm=one.label, parameter="LIMIT", category=f"{n}"), "alert_at", float(count))
        for one in designs
        for n, count in one.design.limits.items()
    ]
    lines = tuple(
        Line(
            f"{first}" if first == last else f"{first} to {last}",
            tuple(_show_limit(one, first) for one in designs),
        )
        for first, last in find_ranges(*(one.design.limits for one in designs))
    )
    return Table(
        "T-D-3",
        "Fewest events that alert",
        population_line="Participants with an event at which the stopping rule alerts. -: no "
        "number of events does. Empty: not checked, or beyond the last participant.",
        results=tuple(results),
        stub="Evaluable participants",
        headers=build_headers(designs),
        lines=lines,
    )


def _show_limit(one: Named, n: int) -> Cell | str:
    if n not in one.design.limits.index:
        return ""
    return Cell(Key(arm=one.label, parameter="LIMIT", category=f"{n}"), show.fewest("alert_at"))
