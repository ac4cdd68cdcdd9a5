"""Designs of the monitor on a terminal."""

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from helpers.commands.plain_text import make_plain
from helpers.commands.tables import build_console

if TYPE_CHECKING:
    from helpers.displays.monitoring.compare_designs import Named

COLUMNS = {"alert": "p_alert", "participants": "expected_n", "companion": "p_cross"}
FORMATS = {"alert": "{:.3f}", "participants": "{:.1f}", "companion": "{:.3f}"}
EXPLAINED = (
    "alert: probability that an arm alerts; participants: expected until then, or all; companion: "
    "probability that the frequentist rule is crossed."
)


def print_designs(named: "list[Named]") -> None:
    """What each design is, then what it does at each true rate."""
    from helpers.displays.monitoring.compare_designs import describe_simulation
    from helpers.displays.monitoring.simulated import describe_rates

    console = build_console()
    for one in named:
        console.print(Text(make_plain(f"{one.label}  {describe_rule(one)}")), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("true rate", justify="right")
    shown = [(one, _list_shown(named, place)) for place, one in enumerate(named)]
    for one, names in shown:
        for name in names:
            table.add_column(f"{one.label} {name}", justify="right")
    for rows in zip(*(describe_rates(one) for one in named), strict=True):
        cells = [
            FORMATS[name].format(row[COLUMNS[name]])
            for row, (_, names) in zip(rows, shown, strict=True)
            for name in names
        ]
        table.add_row(f"{rows[0]['rate']:.0%}", *cells)
    console.print(table)
    for note in (EXPLAINED, describe_simulation(named)):
        if note:
            console.print(Text(note), soft_wrap=True)


def _list_shown(named: "list[Named]", place: int) -> list[str]:
    """Columns of a design; the companion's only where no design before has the same."""
    own = named[place].design
    companion = (own.size, own.p0, own.alpha)
    before = [(o.design.size, o.design.p0, o.design.alpha) for o in named[:place]]
    return ["alert", "participants", *(["companion"] if companion not in before else [])]


def describe_rule(one: "Named") -> str:
    """A design in one line."""
    from helpers.displays.monitoring.design import name_looks

    plan = one.design
    planned = " (as planned)" if one.planned else ""
    return (
        f"Beta({plan.prior[0]:g}, {plan.prior[1]:g}), alert where Pr(rate > {plan.p_star:g}) >= "
        f"{plan.cut:g}, {plan.size} per arm, checked {name_looks(plan.checked)}{planned}"
    )
