"""A report as a pure job: notebook, view and parameters in as bytes, files out as bytes.

Light on purpose: what plans and publishes reports needs no data library.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Seconds allowed for the start of a kernel and for one cell."""

    start: int = 60
    cell: int = 900


@dataclass(frozen=True)
class Job:
    """Everything one report needs; plain values, so that it can be run anywhere.

    `others` are the reports of the same interim that its page links to. `refused` are places that
    its kernel may not open, by path, and how to name them: all that it knows of folders.
    `overheard` says that messages are also read by others than the readers of this report; `failed`
    how they call the place where its notebook is kept if it fails; `rehearse` that its arms are
    dealt out anew, which everything that it gives says. `look_note` is what the alpha ledger holds
    otherwise than this look is planned.
    """

    interim: str
    audience: str
    report: str
    notebook: bytes = field(repr=False)
    view: bytes = field(repr=False)
    others: tuple[str, ...] = ()
    limits: Limits = Limits()
    refused: Mapping[str, str] = field(default_factory=dict, repr=False)
    overheard: bool = False
    failed: str = ""
    rehearse: bool = False
    look_note: str = ""

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.report} of {self.interim} ({self.audience})"


@dataclass(frozen=True)
class Outcome:
    """What a job gives: files by path in the published folder, its results.csv, or an error.

    `again` says that another try may help; `failed` is the notebook as far as it came.
    """

    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    results: bytes = field(default=b"", repr=False)
    summary: Mapping[str, Any] = field(default_factory=dict, repr=False)
    error: str = ""
    again: bool = False
    failed: bytes = field(default=b"", repr=False)
