"""What lies in one published folder: new reports, reports carried over, and what joins them."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import RunError
from helpers.masking.telling_words import mask_title
from helpers.reporting.blinding.forbidden_words import check_words
from helpers.reporting.jobs.job import Outcome
from helpers.reporting.notebooks.csv_copies import format_csv
from helpers.reporting.page.audiences import REHEARSAL
from helpers.reporting.plan import Plan, Target
from helpers.reporting.publishing.manifest import (
    MANIFEST,
    SYNTHETIC_NOTE,
    digest_outputs,
    format_manifest,
    read_manifest,
    select_parameters,
)
from helpers.reporting.publishing.publish import (
    locked,
    publish_folder,
    remove_leftovers,
    write_file,
)
from helpers.reporting.publishing.seal import LABELS
from helpers.reporting.publishing.state import (
    FAILED,
    State,
    failed_path,
    lock_path,
    read_state,
    state_path,
    write_state,
)

if TYPE_CHECKING:
    from helpers.reporting.jobs.view_task import PackedView

RESULTS = "results.csv"
FINDINGS = "findings.csv"
INDEX = "index.html"


def publish_reports(
    plan: Plan, target: Target, packed: "PackedView", outcomes: Mapping[str, Outcome]
) -> tuple[str, ...]:
    """Publish what went well and keep the notebook of what did not.

    Reports of the folder that were not run, or failed, stay as they were published before. Files
    that somebody else put there are kept beside it; their names are returned.

    Raises
    ------
    RunError
        If the folder cannot be written, or two reports give one table different contents.
    """
    out = plan.request.out
    good = {report: outcome for report, outcome in outcomes.items() if not outcome.error}
    with locked(lock_path(out, target.name, target.audience)):
        remove_leftovers(target.folder)
        kept: tuple[str, ...] = ()
        if good:
            files = build_folder(plan, target, packed, good)
            if not target.restricted:
                check_words(files, plan.trial, "masked" if target.closed else "open")
            kept = publish_folder(
                target.folder, files, closed=target.closed, ours=_list_ours(target, outcomes)
            )
            _record(plan, target, files, good)
        _keep_failed(out, target, outcomes)
        return kept


def _list_ours(target: Target, outcomes: Mapping[str, Outcome]) -> set[str]:
    """Files of a folder that this program has published, or writes itself."""
    published = read_manifest(target.folder).get("outputs", {})
    reports = {*target.interim.reports, *outcomes}
    failed = {FAILED.format(report=report) for report in reports}
    return {*target.state.files, *published, *failed, MANIFEST, INDEX}


def build_folder(
    plan: Plan,
    target: Target,
    packed: "PackedView",
    good: Mapping[str, Outcome],
) -> dict[str, bytes]:
    """Every file of the folder, by relative path."""
    before = read_manifest(target.folder)
    published = before.get("reports", {})
    current: tuple[str, ...] = target.interim.reports
    kept = [report for report in current if report in published and report not in good]
    files: dict[str, bytes] = {}
    reports: dict[str, Any] = {}
    for report in sorted(kept, key=_place):
        reports[report] = before["reports"][report]
        carried = {name: _read(target.folder / name) for name in reports[report]["files"]}
        _join(files, carried)
    for report, outcome in good.items():
        _join(files, outcome.files)
        reports[report] = {
            "cutoff": packed.cutoff,
            "extract": packed.extract,
            "view": packed.digest,
            "code": plan.inputs.code,
            "notebook": plan.notebook_digest(report),
            "files": sorted(outcome.files),
            "summary": outcome.summary,
        }
    files[RESULTS] = _join_results(target.folder, kept, good)
    files[FINDINGS] = packed.findings
    files[MANIFEST] = build_manifest(plan, target, packed, reports, files)
    return files


def build_manifest(
    plan: Plan,
    target: Target,
    packed: "PackedView",
    reports: Mapping[str, Any],
    files: Mapping[str, bytes],
) -> bytes:
    """Bytes of manifest.json; an open one digests the view, never files that hold hidden rows."""
    inputs = plan.inputs
    labelled = target.closed and not target.restricted
    files_read = {"files": inputs.data_for(restricted=True)}
    data = files_read if target.restricted else {"view": packed.tables}
    return format_manifest(
        {
            "study": plan.trial.study,
            "title": mask_title(plan.trial) if labelled else plan.trial.title,
            "interim": target.interim.interim_id,
            "label": target.interim.interim_label,
            "sequence": target.interim.sequence,
            "audience": target.audience,
            "cutoff": packed.cutoff,
            "extract": packed.extract,
            "synthetic": packed.synthetic,
            "note": SYNTHETIC_NOTE if packed.synthetic else "",
            **_describe_rehearsal(plan.request.rehearse),
            "inputs": data,
            **({LABELS: plan.seals.describe(target.name)} if labelled and plan.seals else {}),
            "parameters": {
                "files": inputs.parameters_of(target.name),
                **({"committee": target.committee} if target.committee else {}),
                "values": select_parameters(
                    target.interim.model_dump(mode="json"), closed=target.restricted
                ),
            },
            "code": {"package": inputs.code},
            "versions": dict(inputs.versions),
            "reports": dict(reports),
            "outputs": digest_outputs(files),
        }
    )


def _describe_rehearsal(seed: int | None) -> dict[str, Any]:
    return {} if seed is None else {"rehearsal": {"mark": REHEARSAL, "seed": seed}}


def _record(
    plan: Plan, target: Target, files: Mapping[str, bytes], good: Mapping[str, Outcome]
) -> None:
    path = state_path(plan.request.out, target.name, target.audience)
    fingerprints = {**read_state(path).fingerprints, **{r: target.stale[r] for r in good}}
    write_state(path, State(fingerprints, digest_outputs(files)))


def _keep_failed(out: Path, target: Target, outcomes: Mapping[str, Outcome]) -> None:
    """Notebooks of reports that failed, for their owner alone; of those that did not, none."""
    for report, outcome in outcomes.items():
        path = failed_path(out, target.name, target.audience, report, closed=target.closed)
        if outcome.failed:
            if target.closed and not target.folder.exists():
                publish_folder(target.folder, {}, closed=True)
            write_file(path, outcome.failed, mode=0o600)
        elif not outcome.error:
            path.unlink(missing_ok=True)


def _join(files: dict[str, bytes], more: Mapping[str, bytes]) -> None:
    for name, content in more.items():
        if files.get(name, content) != content:
            raise RunError(f"{name}: two reports show this display with different contents")
        files[name] = content


def _join_results(folder: Path, kept: list[str], good: Mapping[str, Outcome]) -> bytes:
    """results.csv of the folder: safety first, each report's rows in its own order."""
    before = _read_rows(_read(folder / RESULTS)) if kept else []
    rows = {report: [row for row in before if row[0] == report] for report in kept}
    for report, outcome in good.items():
        header, *rows[report] = _read_rows(outcome.results)
    return format_csv(
        header, [row for report in sorted(rows, key=_place) for row in rows[report]]
    ).encode()


def _read_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def _place(report: str) -> tuple[bool, str]:
    return report != "safety", report


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(
            f"{path}: cannot be read ({error.strerror}); run the whole interim with --force"
        ) from None
