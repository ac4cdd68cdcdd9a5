"""Light on the report itself: whether its primary numbers agree with a second computation."""

from helpers.displays.closing.paired_numbers import Number, pair_numbers
from helpers.displays.lights.shown import Shown
from helpers.displays.model import Light
from helpers.displays.results import Key, rows_of
from helpers.view import TOTAL, ClosedView

NAME, PLACE = "Second computation", "P-S-03"


def show_recount(view: ClosedView) -> Shown | None:
    """Numbers that differ from those counted again; None where nothing is counted again."""
    if not view.has("recount") or not view.has("adae", "TRTEMFL") or not view.has("adex"):
        return None
    numbers = pair_numbers(view)
    if not numbers:
        return None
    different = [number for number in numbers if number.differs]
    key = Key("SAF", TOTAL, "RECOUNT")
    results = tuple(rows_of(key, {"values": len(numbers), "count": len(different)}))
    if different:
        return Shown(Light(NAME, "alert", "Differs", _warn(numbers, different), PLACE), results)
    why = f"{len(numbers)} numbers of {_name_displays(numbers)}, counted by another route, agree."
    return Shown(Light(NAME, "ok", "Agrees", why, PLACE), results)


def _warn(numbers: list[Number], different: list[Number]) -> str:
    return (
        f"{len(different)} of {len(numbers)} numbers differ from those counted by another route: "
        f"do not rely on {_name_displays(different)} before this is cleared."
    )


def _name_displays(numbers: list[Number]) -> str:
    return ", ".join(dict.fromkeys(number.display for number in numbers))
