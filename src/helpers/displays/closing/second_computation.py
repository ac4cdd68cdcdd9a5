"""P-S-03: the primary numbers of the report beside those of a second computation."""

import math
from collections.abc import Iterable

from helpers.displays.closing.paired_numbers import OVERVIEW, PRIMARY, RULE, Number, pair_numbers
from helpers.displays.closing.paired_table import tabulate_pairs
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import Fact, Light, Page, join_notes
from helpers.view import ClosedView, View

WHAT = {
    OVERVIEW: "participants, denominators and events of each row",
    PRIMARY: "participants with an event and evaluable ones of each window",
    RULE: "participants with a stopping event and evaluable ones",
}
MOST = 5  # differences named in one light


@shown_as(
    "P-S-03",
    title="Second computation of the primary numbers",
    needs=("adae", "adex", "recount"),
    absent="The numbers of this trial are not computed a second time.",
    variables=("TRTEMFL",),
)
def show_second_computation(view: View) -> Page:
    """Numbers of T-S-10, T-S-11 and T-S-23 beside those counted from the cut raw tables.

    Results: the key of the display with its id before the parameter; subgroup REPORT, AGAIN, or
    DIFFERENCE (sum of the absolute differences of a row).

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("the second computation is by arm")
    numbers = pair_numbers(view)
    different = [number for number in numbers if number.differs]
    table = tabulate_pairs(view, numbers)
    return Page(
        population_line=f"By arm. Data to {state_date(view.cutoff)}.",
        headline=_state_headline(len(numbers), len(different)),
        results=table.results,
        facts=(
            Fact("Numbers compared", str(len(numbers))),
            Fact("Different", str(len(different))),
        ),
        lights=tuple(_show_light(name, numbers) for name in WHAT),
        table=table,
        notes=join_notes(
            "Report: as in the display named. Again: counted from the raw tables as cut, with "
            "code that shares no derivation with the data sets of the report; reading, record "
            "checks and the cut itself are the same.",
            "Difference: sum over the arms of the absolute differences of a row. T-S-11 is "
            "compared in every window after each dose too, not shown where it agrees.",
        ),
        source_note="recount; adae, adex, adstop as in T-S-10, T-S-11, T-S-23; "
        "show_second_computation.",
    )


def _state_headline(n: int, different: int) -> str:
    if not n:
        return "No number could be compared."
    if not different:
        return f"All {n} numbers agree."
    return (
        f"{different} of {n} numbers differ: do not rely on the displays named in red before this "
        "is cleared."
    )


def _show_light(name: str, numbers: Iterable[Number]) -> Light:
    own = [number for number in numbers if number.display == name]
    different = [number for number in own if number.differs]
    if not own:
        return Light(name, "none", "Not compared", "The report has no such numbers.", name)
    if not different:
        return Light(name, "ok", "Agrees", f"{len(own)} numbers: {WHAT[name]}.", name)
    said = [_describe(number) for number in different[:MOST]]
    more = [f"{len(different) - MOST} more"] if len(different) > MOST else []
    why = f"{len(different)} of {len(own)} numbers differ: {'; '.join([*said, *more])}."
    return Light(name, "alert", "Differs", why, name)


def _describe(number: Number) -> str:
    """`serious, A, events: 4 in the report, 5 again`."""
    key = number.key
    place = ", ".join(filter(None, (key.parameter, key.visit, key.category, key.arm)))
    report, again = (
        "none" if math.isnan(value) else format_number(value, 0)
        for value in (number.report, number.again)
    )
    return f"{place}, {number.statistic}: {report} in the report, {again} again"
