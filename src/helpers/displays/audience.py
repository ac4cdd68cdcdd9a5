"""Which displays an audience sees, and what stands where one has nothing to show."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from helpers.displays.display import Display, Withheld
from helpers.view import ClosedView, View

P = ParamSpec("P")
D = TypeVar("D", bound=Display)
LACKING = {
    "ASERFL": "The data do not say which adverse events are serious.",
    "TRTEMFL": "The data do not say which adverse events are treatment-emergent.",
    "SEVTOXFL": "",  # no stopping rule
}
Make = Callable[Concatenate[View, P], D]


def shown_as(
    display_id: str,
    *,
    needs: tuple[str, ...] = (),
    absent: str = "",
    variables: tuple[str, ...] = (),
    closed_variables: tuple[str, ...] = (),
) -> Callable[[Make[P, D]], Callable[Concatenate[View, P], D | Withheld]]:
    """Let a function make its display only for audiences that may see it.

    Parameters
    ----------
    display_id : number in the report, as in the allow-list of audiences
    needs : data sets that the display is made from
    absent : one sentence that stands for the display where the trial has none of them
    variables : of the first data set, without which there is nothing to count either
    closed_variables : the same, for closed readers only

    Returns
    -------
    Decorator for a function `make(view, ...)`. What an audience does not see becomes `Withheld`,
    with the neutral sentence of the allow-list if it has one; the function is then not called.
    """

    def decorate(make: Make[P, D]) -> Callable[Concatenate[View, P], D | Withheld]:
        @wraps(make)
        def make_for_audience(view: View, /, *args: P.args, **kwargs: P.kwargs) -> D | Withheld:
            if not view.access.allows_display(display_id):
                sentence = view.access.sentences.get(display_id, "")
                return Withheld(display_id, "", "", sentence=sentence)
            if not all(view.has(name) for name in needs):
                return Withheld(display_id, "", "", sentence=absent)
            wanted = (*variables, *(closed_variables if isinstance(view, ClosedView) else ()))
            lacking = [name for name in wanted if not view.has(needs[0], name)]
            if lacking:
                return Withheld(display_id, "", "", sentence=LACKING[lacking[0]])
            return make(view, *args, **kwargs)

        return make_for_audience

    return decorate
