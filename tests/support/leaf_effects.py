"""What a report makes of parameters, part by part.

An effect is anything that a reader or an analyst gets: data sets and findings of a view, results
and HTML of every display of both notebooks, what the page says of itself, which reports are made;
where a run keeps its ledger and takes its key from; or a refusal.
"""

import ast
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from leaf_settings import (
    PARAMS,
    PROJECT,
    Settings,
)

from helpers.bundle import digest_view, pack_view, unpack_view
from helpers.datasets.build import build_view
from helpers.datasets.triggers.schedule import find_reached
from helpers.datasets.triggers.schedule_records import read_schedule_records
from helpers.displays.model import Display
from helpers.displays.render import show_html
from helpers.errors import InterimError
from helpers.intake.records import Records
from helpers.params import load_interim, load_trial
from helpers.reporting.jobs.job import Job
from helpers.reporting.jobs.run_job import build_page_facts
from helpers.reporting.plan import choose_key_reference
from helpers.reporting.spending.place import locate_ledger
from helpers.view import View

AUDIENCES = ("closed_unmasked", "open")

REPORTS = ("safety", "efficacy")


@dataclass(frozen=True)
class Part:
    """One thing that a reader or an analyst gets: the data for an audience, or one display."""

    audience: str
    report: str = ""
    cell: int = -1

    @property
    def is_data(self) -> bool:
        return self.cell < 0


class Effects:
    """What settings do to one export; each part is made when it is asked for, and once.

    With `lent`, views of other settings, displays are made from their data: that is cheap, and says
    the same wherever the settings make the same data.
    """

    def __init__(
        self,
        settings: Settings,
        data: Path,
        scratch: Path,
        lent: Callable[[str], View] | None = None,
    ) -> None:
        self.data, self.lent = data, lent
        self.params = settings.write(scratch)
        self.refusal = ""
        self._views: dict[str, View] = {}
        self._parts: dict[Part, object] = {}
        try:
            self.trial = load_trial(self.params)
            self.interim = load_interim(self.params, "ia3", self.trial)
        except InterimError as error:
            self.refusal = str(error)

    def view(self, audience: str) -> View:
        if audience not in self._views:
            built = build_view(
                self.data, self.params, trial=self.trial, interim=self.interim, audience=audience
            )
            self._views[audience] = unpack_view(pack_view(built))
        return self._views[audience]

    @cached_property
    def outlines(self) -> tuple[object, ...]:
        """What needs no data: a refusal, where things are kept, what a page says of itself."""
        if self.refusal:
            return (self.refusal,)
        return (
            (self.interim.reports, self.interim.audiences),
            locate_ledger(Path("reports"), self.interim.alpha_ledger),
            choose_key_reference("", [self.interim]),
            self._describe_page(),
            self._find_reached(),
        )

    def part(self, part: Part) -> object:
        """Digests of the data of an audience; results and page of a display, or why there is none.

        What does not go with data that are lent is made from data of its own.
        """
        if part not in self._parts:
            if part.is_data:
                self._parts[part] = self._describe_data(part.audience)
            else:
                self._parts[part] = self._describe_display(part)
        return self._parts[part]

    def _describe_data(self, audience: str) -> object:
        try:
            view = self.view(audience)
        except InterimError as error:
            return str(error)
        facts = (view.cutoff, view.extract, view.synthetic, view.access)
        return digest_view(pack_view(view)), facts

    def _describe_display(self, part: Part) -> object:
        if self.lent is not None and part.audience not in self._views:
            own = replace(self.lent(part.audience), trial=self.trial, interim=self.interim)
            try:
                return _describe(make_display(own, part))
            except Exception:  # noqa: BLE001 - arms, visits or scores that its data do not know
                pass
        try:
            return _describe(make_display(self.view(part.audience), part))
        except InterimError as error:
            return str(error)

    def _find_reached(self) -> object:
        try:
            return find_reached(read_triggers(self.data), self.trial, self.interim.trigger)
        except InterimError as error:
            return str(error)

    def _describe_page(self) -> object:
        header = {
            "trial": self.trial.model_dump(mode="json"),
            "interim": self.interim.model_dump(mode="json"),
            "access": {"restricted": True},
            "cutoff": str(self.interim.cutoff),
            "extract": str(self.interim.extract or self.interim.cutoff),
            "synthetic": self.trial.synthetic,
        }
        return build_page_facts(Job("ia3", AUDIENCES[0], "safety", b"", b""), header)

    def texts(self) -> str:
        """Everything that can be read: pages, results, and the values of all data sets."""
        found = [repr(self._describe_page())]
        for part in list_parts():
            view = self.view(part.audience)
            if part.is_data:
                found += [frame.astype(str).to_csv() for frame in view.datasets.values()]
            elif (display := make_display(view, part)) is not None:
                found.append(show_html(display))
        return "\n".join(found)


@cache
def read_triggers(data: Path) -> Records:
    return read_schedule_records(data, PARAMS, load_trial(PARAMS))


def _describe(display: Display | None) -> tuple[str, str] | None:
    if display is None:
        return None
    return repr(display.results), hashlib.sha256(show_html(display).encode()).hexdigest()


def list_parts() -> list[Part]:
    """The data of every audience, and every cell of both notebooks that shows something to it."""
    return [
        *(Part(audience) for audience in AUDIENCES),
        *(
            Part(audience, report, place)
            for audience in AUDIENCES
            for report in REPORTS
            for place in range(len(read_cells(report, closed=audience != "open")[1]))
        ),
    ]


def make_display(view: View, part: Part) -> Display | None:
    """What a cell shows of a view; nothing where this view has nothing to show there."""
    names, cells = read_cells(part.report, closed=view.access.restricted)
    shown = eval(cells[part.cell], {**names, "view": view})
    return shown if isinstance(shown, Display) else None


@cache
def read_cells(report: str, *, closed: bool) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The names that a notebook imports, and its cells that are one expression."""
    content = json.loads((PROJECT / "notebooks" / f"{report}_report.ipynb").read_text())
    names: dict[str, Any] = {}
    cells: list[str] = []
    for cell in content["cells"]:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "parameters" in tags or ("closed" in tags and not closed):
            continue
        source = "".join(cell["source"])
        tree = ast.parse(source)
        if isinstance(tree.body[0], ast.Import | ast.ImportFrom):
            exec(compile(tree, report, "exec"), names)
        elif isinstance(tree.body[-1], ast.Expr):
            cells.append(source.strip())
    return names, tuple(cells)
