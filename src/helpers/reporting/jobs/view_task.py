"""Build one audience's view of one interim, packed, with what the manifest says about it."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from helpers.bundle import digest_view, pack_view
from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.errors import RunError
from helpers.intake.findings import PUBLISHED, count_by_check
from helpers.models.spending_lines import digest_draw, digest_key_values, list_spending
from helpers.params import load_interim, load_trial
from helpers.reporting.notebooks.csv_copies import format_csv
from helpers.reporting.notebooks.rehearsal import mark_csv
from helpers.reporting.spending.ledger import Booking, LookLine
from helpers.view import ClosedView, MaskedView, View


@dataclass(frozen=True)
class PackedView:
    """A view as bytes, and what is published of it beside the reports.

    `tables` are SHA-256 of its data sets, as this audience loaded them. `booking` is what the alpha
    ledger holds of it, None where it compares no arms.
    """

    content: bytes = field(repr=False)
    cutoff: str
    extract: str
    synthetic: bool
    findings: bytes = field(repr=False)
    tables: dict[str, str]
    booking: Booking | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the whole view."""
        return hashlib.sha256(self.content).hexdigest()


def build_packed_view(
    data: Path,
    params: Path,
    interim: str,
    reader: Reader,
) -> PackedView:
    """View of `interim` for a reader, from the export in `data`, as bytes.

    In a rehearsal the findings say so.

    Raises
    ------
    UsageError
        If the parameters cannot be used.
    ExportError
        If the export cannot be used.
    """
    trial = load_trial(params)
    loaded = load_interim(params, interim, trial)
    view = build_view(data, params, trial=trial, interim=loaded, audience=reader)
    content = pack_view(view)
    findings = format_findings(view)
    return PackedView(
        content=content,
        cutoff=view.cutoff.date().isoformat(),
        extract=view.extract.isoformat(),
        synthetic=view.synthetic,
        findings=findings if reader.rehearse is None else mark_csv(findings),
        tables=digest_view(content),
        booking=prepare_booking(view) if reader.rehearse is None else None,
    )


def prepare_booking(view: View) -> Booking | None:
    """The looks so far as they go into the alpha ledger; None where this one compares no arms."""
    if not isinstance(view, ClosedView):
        return None
    problem, lines = "", []
    try:
        lines = list_spending(view)
    except RunError as error:  # stops the report of the look, not those beside it
        problem = str(error)
    if not lines and not problem:
        return None
    return Booking(
        study=view.trial.study,
        key=f"{view.interim.key_param} at {view.interim.key_visit}",
        looks=tuple(LookLine(*line) for line in lines),
        data=digest_key_values(view),
        draw=digest_draw(view),
        problem=problem,
        alpha_total=view.interim.alpha_total,
    )


def format_findings(view: View) -> bytes:
    """Findings of a view as findings.csv; of a masked view how many each check has, and no key."""
    if isinstance(view, MaskedView):
        counts = count_by_check(view.findings)
        return format_csv(tuple(counts), counts.astype(str).itertuples(index=False)).encode()
    rows = view.findings[list(PUBLISHED)].astype(object).fillna("").astype(str)
    return format_csv(PUBLISHED, rows.itertuples(index=False)).encode()
