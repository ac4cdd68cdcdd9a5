"""A cell: one number or several, by key, and the form in which they are shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from helpers.displays.results import Key
from helpers.errors import UsageError

Statistics = Mapping[str, float]
Write = Callable[[Statistics, int], list[str]]


@dataclass(frozen=True)
class Form:
    """How statistics become text; made by the functions of `displays/show`.

    `write` gives the pieces of the text. `number` is what the form is set to: the decimals, the
    count below which nothing is said, or the day from which days are counted.
    """

    name: str
    number: int = 0
    write: Write = field(kw_only=True, compare=False, repr=False)


@dataclass(frozen=True)
class Cell:
    """A number or several, by key, shown in a form (`displays/show`)."""

    key: Key
    form: Form

    def __post_init__(self) -> None:
        if not isinstance(self.form, Form):
            raise UsageError(
                f"a cell was given the form {self.form!r}; allowed is one of "
                "helpers.displays.show, as in Cell(key, show.n_pct())"
            )
