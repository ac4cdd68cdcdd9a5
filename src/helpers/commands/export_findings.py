"""Every finding of an export, with or without an interim, also when it cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.checks.documentation import describe_checks
from helpers.checks.publication import publish_findings
from helpers.checks.registry import check_records
from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.datasets.source import read_source
from helpers.displays.catalogue import check_named_displays
from helpers.displays.data_status.finding_counts import IMPORTED
from helpers.errors import ExportError
from helpers.intake.cutoff import cut_records
from helpers.intake.export import read_export
from helpers.intake.findings import PUBLISHED, SEVERITIES, empty_findings, join_findings
from helpers.intake.info import check_folder, check_study, read_info
from helpers.intake.private_side import find_shared
from helpers.intake.schema import AUDIENCES, load_access, load_schemas
from helpers.masking.key import TEST_KEY
from helpers.params import Interim, Trial, list_interims, load_interim, load_trial


@dataclass(frozen=True)
class Checked:
    """Findings of an export (columns PUBLISHED), as one audience may see them at a cut-off.

    `counted` is for readers of letters: they get counts by check, and no single finding, since one
    told of a key here and of a number elsewhere would link the two.
    """

    audience: str
    cutoff: str
    findings: pd.DataFrame = field(repr=False)
    counted: bool = False

    @property
    def stops(self) -> bool:
        """Whether a finding says that the export cannot be used."""
        return bool((self.findings["severity"] == "S").any())


def collect_findings(data: Path, params: Path, name: str | None, audience: str) -> Checked:
    """Findings of the export as an interim would publish them; without a name, of all of it.

    For closed readers also what others can read of the restricted side.

    Raises
    ------
    UsageError
        If the parameters, the interim or the audience cannot be used.
    ExportError
        If there is no export at all.
    """
    access = load_access(params, audience)
    checked = _collect_findings(data, params, name, audience)
    if access.labels:
        return replace(checked, counted=True)
    shared = find_shared(data) if access.restricted else empty_findings()
    if shared.empty:
        return checked
    findings = pd.concat([checked.findings, shared[list(PUBLISHED)]], ignore_index=True)
    rank = findings["severity"].map(list(SEVERITIES).index)
    ordered = findings.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)
    return replace(checked, findings=ordered)


def _collect_findings(data: Path, params: Path, name: str | None, audience: str) -> Checked:
    trial = load_trial(params)
    known = list_interims(params)
    interim = load_interim(params, name or known[-1], trial)
    check_named_displays(params / "tables" / AUDIENCES)
    check_folder(data, imported=trial.level == "adam")
    check_study(data, read_info(data).study, trial.study)
    if trial.level == "adam":
        return _collect_given(data, params, trial, interim, audience, whole=name is None)
    try:
        if name is not None:
            view = build_view(
                data,
                params,
                trial=trial,
                interim=interim,
                audience=_choose_reader(params, audience),
            )
            return Checked(audience, view.cutoff.date().isoformat(), view.findings)
        return _collect_all(data, params, interim, audience)
    except ExportError:
        schemas, access = load_schemas(params, trial), load_access(params, audience)
        export = read_export(data, schemas, access)
        found = publish_findings(export.findings, export.tables, schemas, access, trial)
        checked = Checked(audience, "", found)
        if not checked.stops:
            raise
        return checked


def _collect_given(
    data: Path, params: Path, trial: Trial, interim: Interim, audience: str, *, whole: bool
) -> Checked:
    """Imported analysis data, cut at the interim or, for all of it, at the day of its export."""
    if whole:
        everything = {"cutoff": read_info(data).extract.date(), "extract": None}
        interim = interim.model_copy(update=everything)
    reader = _choose_reader(params, audience)
    view = build_view(data, params, trial=trial, interim=interim, audience=reader)
    return Checked(audience, view.cutoff.date().isoformat(), view.findings)


def _choose_reader(params: Path, audience: str) -> Reader:
    """Counts need no secret: they are the same whatever the letters and keys are."""
    labels = load_access(params, audience).labels
    return Reader(audience, key=TEST_KEY if labels else None)


def _collect_all(data: Path, params: Path, interim: Interim, audience: str) -> Checked:
    """The export as it was made: no snapshot, cut only at its own date."""
    trial = load_trial(params)
    whole = interim.model_copy(update={"extract": None})
    access = load_access(params, audience)
    source = read_source(data, params, trial, whole, access)
    cutoff = source.extract.normalize()
    cut, undated, _ = cut_records(source.records, source.schemas, cutoff)
    late = check_records(cut, trial, stage="cut")
    findings = join_findings([source.findings, undated, late])
    found = publish_findings(findings, source.received.tables, source.schemas, access, trial)
    return Checked(audience, cutoff.date().isoformat(), found)


def count_findings(findings: pd.DataFrame, *, quote: bool = True) -> pd.DataFrame:
    """Findings by severity and id, worst first: severity, id, findings, persons, tables, what.

    Without `quote` a check that has no words of its own gets those of T-S-03c, and none from its
    findings.
    """
    words = describe_checks()
    rows: list[dict[str, Any]] = []
    for (severity, check), group in findings.groupby(["severity", "id"], sort=False):
        known = IMPORTED.get(str(check), "")
        persons = group.loc[group["SUBJID"] != "", "SUBJID"].nunique()
        rows.append(
            {
                "severity": severity,
                "id": check,
                "findings": len(group),
                "persons": persons,
                "tables": " ".join(sorted(set(group["table"]) - {""})),
                "what": words.get(str(check))
                or (_describe_texts(group["text"].unique()) if quote else known),
            }
        )
    columns = ["severity", "id", "findings", "persons", "tables", "what"]
    return pd.DataFrame(rows, columns=columns)


def _describe_texts(texts: Sequence[str]) -> str:
    """What a check found that has no words of its own: its first finding, how many others."""
    others = f"; {len(texts) - 1} more kinds, see --list" if len(texts) > 1 else ""
    return f"{texts[0]}{others}"


def count_severities(findings: pd.DataFrame) -> dict[str, int]:
    """Number of findings of each severity, none left out."""
    return {code: int((findings["severity"] == code).sum()) for code in SEVERITIES}
