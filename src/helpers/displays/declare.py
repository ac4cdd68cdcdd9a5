"""Which displays an audience sees, who makes them, and what stands where there is nothing."""

import contextlib
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from types import MappingProxyType
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import helpers.displays
from helpers.datasets.variables import define_named
from helpers.displays.model import Display, Table, Withheld
from helpers.displays.results import WHOLE_EXPORT
from helpers.displays.small_counts import SmallCounts, hide_small_counts
from helpers.errors import UsageError
from helpers.params.trial import Trial
from helpers.params.words import nearest
from helpers.view import ClosedView, MaskedView, View, check_dataset

P = ParamSpec("P")
D = TypeVar("D", bound=Display)
LACKING = {
    "ASERFL": "The data do not say which adverse events are serious.",
    "TRTEMFL": "The data do not say which adverse events are treatment-emergent.",
    "DTHFL": "The data do not say who died.",
    "AEREL": "The data do not say which adverse events are related.",
    "AESICAT": "The data do not say which adverse events are of special interest.",
    "SEVTOXFL": "",  # no stopping rule
    "ALARM": "The data do not say which vital signs set off an alarm.",
    "ATOXGR": "The data hold no toxicity grades.",
    "OBSGR": "The laboratory data hold no grades of values as they were observed.",
    "WORSTFL": "The laboratory data do not say which value after baseline is the worst.",
    "ATPT": "No vital signs were taken at time points around a dose.",
    "DOSENUM": "The data do not say which values were taken around a dose.",
    "HYSFL": "The laboratory data do not say which values complete a potential Hy's law case.",
    "THRIND": "",  # no indicator by a threshold beside that by the normal range
}
Make = Callable[Concatenate[View, P], D]


Given = Literal["by arm", "by label", "pooled", "sentence", "nothing"]
VISIBLE: tuple[Given, ...] = ("by arm", "by label", "pooled")
# what a declaration may give to whom: a letter stands for an arm in masked reports only
ALLOWED: Mapping[str, tuple[Given, ...]] = MappingProxyType(
    {
        "open": ("pooled", "sentence", "nothing"),
        "closed_masked": ("by label", "pooled", "sentence", "nothing"),
        "closed_unmasked": ("by arm", "pooled", "sentence", "nothing"),
    }
)
DISPLAY_ID = re.compile(r"[TFLP]-[A-Z]-\d{1,3}[a-z]?")
AS_A_RULE: Mapping[str, Given] = MappingProxyType({"closed_unmasked": "by arm"})


@dataclass(frozen=True)
class Declaration:
    """One display as declared: its id, title, the full name of the function that makes it, rules.

    `given` says what each audience gets at most; `sentence` is what each audience reads to which a
    sentence is given; `sentences` are all that may stand in its place; `small_counts` as in
    `shown_as`.
    """

    id: str
    maker: str
    title: str = ""
    needs: tuple[str, ...] = ()
    sentence: Mapping[str, str] = field(default_factory=dict)
    sentences: frozenset[str] = frozenset()
    small_counts: SmallCounts = "hidden"
    given: Mapping[str, Given] = field(default_factory=lambda: AS_A_RULE)

    def given_to(self, audience: str) -> Given:
        """What an audience gets at most; nothing unless the declaration says otherwise."""
        return self.given.get(audience, "nothing")


_DECLARED: dict[str, Declaration] = {}


def shown_as(
    display_id: str,
    *,
    title: str = "",
    audiences: Mapping[str, Given] = MappingProxyType({}),
    sentence: str | Mapping[str, str] = "",
    said: Callable[[Trial], bool] = lambda trial: True,
    needs: tuple[str, ...] = (),
    absent: str = "",
    variables: tuple[str, ...] = (),
    closed_variables: tuple[str, ...] = (),
    small_counts: SmallCounts = "steps",
) -> Callable[[Make[P, D]], Callable[Concatenate[View, P], D | Withheld]]:
    """Declare a function as the maker of a display, called only for audiences that may see it.

    Parameters
    ----------
    display_id : number in the report, written nowhere else
    title : heading of the display; one that depends on the data is given by the function
    audiences : what each audience gets: `by arm` (closed_unmasked), `by label` (closed_masked),
        `pooled`, `sentence` or `nothing`. Without a word closed_unmasked gets it by arm and the
        others get nothing
    sentence : neutral sentence for audiences that get one; by audience where they differ
    said : whether the sentence holds for a trial; else nothing stands in the display's place
    needs : data sets that the display is made from
    absent : one sentence that stands for the display where the trial has none of them
    variables : of the first data set, without which there is nothing to count either
    closed_variables : the same, for closed readers only
    small_counts : what open readers get of counts of participants: `steps` (`<3`, `3 to 5`, ...:
        right for anything about events, since two reports never differ by one or two), `hidden`
        (those below the audience's limit go, the others stay), `shown` (counts of conduct, which
        tell of no event), or the parameters whose counts are shown however small

    Returns
    -------
    Decorator for a function `make(view, ...)`. What an audience does not see, by this declaration
    or by its allow-list, becomes `Withheld`, with the neutral sentence if there is one; the
    function is then not called. What it makes gets the id and the title, and is stamped with the
    function's name.

    Raises
    ------
    UsageError
        If the id, an audience, what it gets, a data set or a variable is not known, or another
        function makes this display.
    """
    _check_words(display_id, audiences, needs)
    for name in needs:
        check_dataset(name, f"{display_id} needs")
    said_to = sentence if isinstance(sentence, Mapping) else dict.fromkeys(ALLOWED, sentence)
    every_variable = (*variables, *closed_variables)
    for name in every_variable:
        if name not in LACKING:
            raise UsageError(
                f"{display_id}: no sentence says what is missing without {name!r}; "
                f"known: {', '.join(LACKING)}"
            )

    def decorate(make: Make[P, D]) -> Callable[Concatenate[View, P], D | Withheld]:
        declared = Declaration(
            display_id,
            f"{make.__module__}.{make.__qualname__}",
            title,
            needs,
            said_to,
            frozenset({absent, *said_to.values(), *(LACKING[name] for name in every_variable)}),
            small_counts,
            MappingProxyType({**AS_A_RULE, **audiences}),
        )
        _declare(declared)

        def find_reason(view: View) -> str | None:
            """The sentence that stands for the display; None where it can be made."""
            if not is_given(declared, view):
                told = declared.given_to(view.access.audience) == "sentence" and said(view.trial)
                own = said_to.get(view.access.audience, "") if told else ""
                return view.access.sentences.get(display_id, own)
            if not all(view.has(name) for name in needs):
                return absent
            wanted = (*variables, *(closed_variables if isinstance(view, ClosedView) else ()))
            lacking = [name for name in wanted if not view.has(needs[0], name)]
            return LACKING[lacking[0]] if lacking else None

        @wraps(make)
        def make_for_audience(view: View, /, *args: P.args, **kwargs: P.kwargs) -> D | Withheld:
            reason = find_reason(view)
            if reason is not None:
                return Withheld(display_id, "", "", sentence=reason, maker=declared.maker)
            if isinstance(view, MaskedView) and declared.given_to(view.audience) == "pooled":
                view = view.pool()
            made = make(view, *args, **kwargs)
            _check_made(made, declared)
            _check_populations(made, declared, view)
            if made.id not in ("", display_id):
                raise UsageError(f"{declared.maker} is declared as {display_id} and made {made.id}")
            own = "" if isinstance(made, Withheld) else made.title or title
            stamped = replace(
                made,
                id=display_id,
                title=own,
                defined=define_named(made.source_note, view),
                maker=declared.maker,
            )
            return hide_small_counts(stamped, view.small_cell, small_counts)

        return make_for_audience

    return decorate


def _check_made(made: object, declared: Declaration) -> None:
    """Stop where a function gave no display, or a table with cells that no header stands over."""
    if not isinstance(made, Display):
        raise UsageError(
            f"{declared.maker}, declared as {declared.id}, gave {type(made).__name__} and not a "
            "display: it ends with `return Table(...)`, Listing, Figure or Page"
        )
    if isinstance(made, Table):
        n = len(made.headers)
        for line in (*made.lines, *made.file_lines):
            if len(line.cells) > n:
                raise UsageError(
                    f"{declared.id}: the line {line.label!r} has {len(line.cells)} cells, the "
                    f"table {n} headers; `headers=build_headers(groups)` makes one per group"
                )


def _check_populations(made: Display, declared: Declaration, view: View) -> None:
    """Stop where a number is said to be of a population that there is not."""
    named = {result.key.population for result in made.results} - {"", WHOLE_EXPORT}
    for name in sorted(named.difference(view.population_names)):
        view.check_population(name, f"{declared.id}, a number of {declared.maker}")


def is_given(declared: Declaration, view: View) -> bool:
    """Whether the readers of a view see a display, and not a sentence or nothing in its place."""
    given = declared.given_to(view.access.audience)
    return given in VISIBLE and view.access.allows_display(declared.id)


def _check_words(display_id: str, audiences: Mapping[str, Given], needs: object) -> None:
    if DISPLAY_ID.fullmatch(display_id) is None:
        raise UsageError(
            f"id of a display: found {display_id!r}, allowed: T, F, L or P, the letter of the "
            "report, a number, such as T-S-91"
        )
    if isinstance(needs, str):
        raise UsageError(
            f"{display_id} needs: found {needs!r}, allowed: a tuple of data sets, such as "
            f'("{needs}",)'
        )
    for audience, given in audiences.items():
        for found, known, what in (
            (audience, tuple(ALLOWED), "audiences"),
            (given, ALLOWED.get(audience, ()), f"audiences: {audience}"),
        ):
            if found not in known:
                raise UsageError(
                    f"{display_id} {what}: found {found!r}, allowed: {', '.join(known)}"
                    f"{nearest(found, known)}"
                )


def _declare(declared: Declaration) -> None:
    known = _DECLARED.setdefault(declared.id, declared)
    if known.maker != declared.maker:
        raise UsageError(
            f"{declared.id} is made by {known.maker}; {declared.maker} needs an id of its own"
        )
    _DECLARED[declared.id] = declared


@cache
def load_catalogue() -> Mapping[str, Declaration]:
    """Every display that the package declares, by id."""
    for module in pkgutil.walk_packages(helpers.displays.__path__, "helpers.displays."):
        # a display that cannot be imported fails in the cell that asks for it, where it can be
        # named
        with contextlib.suppress(Exception):
            importlib.import_module(module.name)
    own = {
        name: declared
        for name, declared in sorted(_DECLARED.items())
        if declared.maker.startswith("helpers.displays.")
    }
    return MappingProxyType(own)


def is_declared(payload: Mapping[str, Any]) -> bool:
    """Whether what a display carries says that the declared maker of its id made it.

    An id that the package does not declare may be declared in a notebook.
    """
    maker = payload.get("maker", "")
    declared = load_catalogue().get(payload["id"])
    return bool(maker) if declared is None else bool(maker == declared.maker)
