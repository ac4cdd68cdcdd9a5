"""What the pages must be told: plain values, filled by the run, read from no clock and no file."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.displays.model import Fact, Light


@dataclass(frozen=True)
class Link:
    """A place to go: `href` is relative to the page and stays inside reports/."""

    label: str
    href: str


@dataclass(frozen=True)
class PageFacts:
    """Everything a page says about itself.

    `report` is the report's title ("Safety report"), empty on an index page; `interim` its label
    ("Interim analysis 2"), `short` the interim's name on paper ("IA2"); `audience` one of open,
    closed_masked, closed_unmasked. `index` and `others` link to the interim's index page and to its
    other reports; `made` is the sentence of the footer about export, code and parameters,
    `plan_note` the trial's sentence about its plan, and `rehearsal` the mark of a rehearsal.
    """

    study: str
    title: str
    subtitle: str
    report: str
    interim: str
    short: str
    audience: str
    cutoff: dt.date
    extract: dt.date
    synthetic: bool
    index: Link | None = None
    others: tuple[Link, ...] = ()
    made: str = ""
    plan_note: str = ""
    lang: str = "en"
    rehearsal: str = ""


@dataclass(frozen=True)
class InterimSummary:
    """What the index page of one interim and audience shows.

    `facts` is the page's own PageFacts with an empty `report`; `reports` the pages in this folder,
    `files` the machine-readable files beside them, `lights` and `numbers` those of the summary
    display (see `read_lights`, `read_numbers`); `changes` one sentence per change since the last
    interim, named by `previous`; `status` one sentence on the run ("Both reports were published.").
    """

    facts: PageFacts
    status: str
    reports: tuple[Link, ...]
    files: tuple[Link, ...] = ()
    lights: tuple[Light, ...] = ()
    numbers: tuple[Fact, ...] = ()
    changes: tuple[str, ...] = ()
    previous: Link | None = None


@dataclass(frozen=True)
class IndexEntry:
    """One published folder: one interim for one audience.

    `href` is its index page relative to reports/ ("ia2/open/index.html"); `reports` its report
    pages, relative to reports/ as well; `sequence` orders the interims.
    """

    study: str
    interim: str
    sequence: int
    audience: str
    cutoff: dt.date
    extract: dt.date
    synthetic: bool
    href: str
    reports: tuple[Link, ...] = ()
    rehearsal: str = ""


def read_lights(payload: Mapping[str, Any]) -> tuple[Light, ...]:
    """Lights of a summary display, from what was harvested of it (display.MIME)."""
    return tuple(Light(*map(str, light)) for light in payload.get("lights", ()))


def read_numbers(payload: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Facts of a summary display, from what was harvested of it (display.MIME)."""
    return tuple(Fact(*map(str, fact)) for fact in payload.get("facts", ()))
