"""The paired numbers as a table: each row of a display, by arm, from the report and again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from helpers.displays import show
from helpers.displays.administration.window_kinds import name_hours
from helpers.displays.administration.windows import ANY_DOSE
from helpers.displays.adverse_events.kinds import AFTER, BETWEEN, NEVER_DOSED, list_emergent_kinds
from helpers.displays.closing.paired_numbers import OVERVIEW, PRIMARY, RULE, Number
from helpers.displays.model import NOT_APPLICABLE, Cell, Header, Line, Table
from helpers.displays.results import Key, Result
from helpers.view import TOTAL, ClosedView

REPORT, AGAIN, DIFFERENCE = "REPORT", "AGAIN", "DIFFERENCE"
FORMS = {OVERVIEW: show.n_events(), PRIMARY: show.n_over(), RULE: show.events_of()}


class Place(NamedTuple):
    """A row of a display: its id, and the key of the row without an arm."""

    display: str
    key: Key

    def find_key(self, arm: str, route: str) -> Key:
        """Key of the row among the results of the page."""
        name = f"{self.display}.{self.key.parameter}"
        return self.key._replace(arm=arm, parameter=name, subgroup=route)


def tabulate_pairs(view: ClosedView, numbers: Iterable[Number]) -> Table:
    """One line per row of a display; windows after each dose where they are primary or differ."""
    rows: dict[Place, list[Number]] = {}
    for number in numbers:
        place = Place(number.display, number.key._replace(arm=""))
        rows.setdefault(place, []).append(number)
    arms = [*(arm.label for arm in view.arms), TOTAL]
    return Table(
        title="Numbers of the report and of the second computation",
        stub="Participants",
        headers=(*_list_headers(view), Header("Difference")),
        lines=tuple(
            Line(_name_row(view, place), _list_cells(place, own, arms))
            for place, own in rows.items()
            if _is_shown(view, place, own)
        ),
        results=tuple(row for place, own in rows.items() for row in _list_results(place, own)),
    )


def _list_headers(view: ClosedView) -> list[Header]:
    heads = [(arm.label, view.trial.arm_position(arm.code)) for arm in view.arms]
    every: list[tuple[str, int | None]] = [*heads, (TOTAL, None)]
    return [Header(label, note, place) for label, place in every for note in ("report", "again")]


def _list_windows(view: ClosedView) -> Mapping[str, int]:
    return {**view.interim.windows, "ADMIN": view.interim.admin_window_hours}


def _is_shown(view: ClosedView, place: Place, own: Iterable[Number]) -> bool:
    if place.display != PRIMARY or place.key.visit == ANY_DOSE:
        return True
    primary = _list_windows(view)[place.key.category] == view.interim.admin_window_hours
    return primary or any(number.differs for number in own)


def _name_row(view: ClosedView, place: Place) -> str:
    """Id of the display and label of its row."""
    if place.display == RULE:
        return f"{RULE} stopping event / evaluable"
    if place.display == PRIMARY:
        dose = "any dose" if place.key.visit == ANY_DOSE else place.key.visit.lower()
        window = name_hours(_list_windows(view)[place.key.category])
        return f"{PRIMARY} within {window} of {dose.replace('dose', 'dose ').strip()} / evaluable"
    kinds = (AFTER, BETWEEN, NEVER_DOSED, *list_emergent_kinds(view))
    labels = {kind.code: kind.label for kind in kinds}
    label = labels.get(place.key.parameter, place.key.parameter)
    return f"{OVERVIEW} {label[:1].lower()}{label[1:]}"


def _list_cells(place: Place, own: Iterable[Number], arms: Sequence[str]) -> tuple[Cell | str, ...]:
    held = {number.key.arm for number in own}
    form = FORMS[place.display]
    cells: list[Cell | str] = [
        Cell(place.find_key(arm, route), form) if arm in held else NOT_APPLICABLE
        for arm in arms
        for route in (REPORT, AGAIN)
    ]
    return (*cells, Cell(place.find_key("", DIFFERENCE), show.number("count")))


def _list_results(place: Place, own: Iterable[Number]) -> list[Result]:
    """Both values of every number of a row, and the sum of their absolute differences."""
    results: list[Result] = []
    apart = 0.0
    for number in own:
        arm = number.key.arm
        results.append(Result(place.find_key(arm, REPORT), number.statistic, number.report))
        results.append(Result(place.find_key(arm, AGAIN), number.statistic, number.again))
        apart += abs(number.report - number.again)
    return [*results, Result(place.find_key("", DIFFERENCE), "count", apart)]
