"""Several pictures under one id, one per participant: each has its own name and alternative."""

from dataclasses import dataclass
from typing import Any

from helpers.displays.free_text import clean_text
from helpers.displays.model import Figure


@dataclass(frozen=True)
class Picture:
    """One picture (SVG text) with its name and its text alternative."""

    title: str
    svg: str
    alternative: str


@dataclass(frozen=True)
class FigureSeries(Figure):
    """Pictures of records; `columns` and `records` are the CSV copy, with those not drawn."""

    pictures: tuple[Picture, ...] = ()
    columns: tuple[str, ...] = ()
    records: tuple[tuple[str, ...], ...] = ()
    empty: str = ""

    def csv_copy(self) -> tuple[list[str], list[list[str]]]:
        """The records drawn, one row each."""
        return list(self.columns), [list(record) for record in self.records]


def describe_pictures(display: FigureSeries) -> list[dict[str, Any]]:
    """Pictures as plain data, for a template."""
    return [
        {"title": one.title, "svg": one.svg, "alternative": clean_text(one.alternative)}
        for one in display.pictures
    ]
