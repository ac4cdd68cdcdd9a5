"""A published folder as it is handed out: exactly what a run has published, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import RunError, UsageError
from helpers.params.loading import TRIAL_FILE
from helpers.reporting.blinding.places import check_private
from helpers.reporting.page.audiences import AUDIENCES
from helpers.reporting.plan import OPEN
from helpers.reporting.publishing.fingerprint import digest_files
from helpers.reporting.publishing.manifest import MANIFEST, digest_outputs, read_manifest
from helpers.reporting.publishing.publish import LITTER, locked
from helpers.reporting.publishing.state import (
    FAILED,
    failed_path,
    lock_path,
    read_index_digests,
    read_state,
    state_path,
)

INDEX = "index.html"
NEEDED = (
    "study",
    "interim",
    "label",
    "audience",
    "cutoff",
    "extract",
    "reports",
    "outputs",
    "parameters",
)


@dataclass(frozen=True)
class Published:
    """What a run has published for one audience: manifest, and bytes of every file by name."""

    out: Path
    interim: str
    audience: str
    manifest: Mapping[str, Any] = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def closed(self) -> bool:
        """Whether only the readers of a closed audience may have it."""
        return self.audience != OPEN


def read_published_folder(folder: Path) -> Published:
    """Files of a published folder, once nothing in it differs from what was published.

    Raises
    ------
    UsageError
        If it is no published folder.
    RunError
        If a file was changed, added or taken away by hand, others can read a closed folder, or the
        last run of a report failed.
    """
    folder = folder.resolve()
    out, interim, audience = folder.parent.parent, folder.parent.name, folder.name
    recorded = state_path(out, interim, audience)
    if not (folder / MANIFEST).is_file() or audience not in AUDIENCES or not recorded.is_file():
        raise UsageError(
            f"{folder}: no report was published there; name the folder of one audience below the "
            "folder of reports, such as reports/ia3/open (a copy of it elsewhere has no record)"
        )
    with locked(lock_path(out, interim, audience)):
        files = _read_files(folder)
        manifest = read_manifest(folder)
        _check_content(folder, files, manifest)
    if manifest["audience"] != audience:
        raise RunError(f"{folder}: its manifest is that of audience {manifest['audience']}")
    if "rehearsal" in manifest:
        raise UsageError(f"{folder}: is a rehearsal, whose arms are permuted; it is never released")
    published = Published(out, interim, audience, manifest, files)
    _check_last_run(published, folder)
    if published.closed:
        check_private(folder)
    return published


def check_trial_file(published: Published, params: Path) -> None:
    """Stop where trial.yaml is not the one that the report was made with.

    Its arms and their labels are what is searched for before a release, and what letters stand for.

    Raises
    ------
    UsageError
        Naming the file.
    """
    path = params / TRIAL_FILE
    made_with = published.manifest["parameters"]["files"].get(TRIAL_FILE)
    if digest_files([path], params)[TRIAL_FILE] != made_with:
        raise UsageError(
            f"{path}: is not the file that the report was made with (its manifest has another "
            "digest); give the parameters of that run: --params DIR, or run the report again"
        )


def _read_files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): _read(path) for path in _list_files(folder)}


def _list_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise RunError(f"{path}: is a link, which no run has published")
        if not path.is_dir() and path.name not in LITTER:
            yield path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: cannot be read ({error.strerror})") from None


def _check_content(folder: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    """The files are those of the manifest, the manifest and the index page those of the run."""
    out, place = folder.parent.parent, f"{folder.parent.name}/{folder.name}"
    recorded = read_state(state_path(out, folder.parent.name, folder.name)).files
    index = read_index_digests(out).get(f"{place}/{INDEX}")
    found = digest_outputs(files)
    if found[MANIFEST] != recorded.get(MANIFEST) or not manifest.keys() >= set(NEEDED):
        raise _say_edited(folder / MANIFEST, "was changed")
    outputs: Mapping[str, str] = manifest["outputs"]
    failed = {FAILED.format(report=report) for report in manifest["reports"]}
    for name in sorted({*outputs, *found} - {MANIFEST, INDEX} - failed):
        if name not in found:
            raise _say_edited(folder / name, "is missing")
        if name not in outputs:
            raise _say_edited(folder / name, "was put there")
        if found[name] != outputs[name]:
            raise _say_edited(folder / name, "was changed")
    if index is not None and found.get(INDEX) != index:
        raise _say_edited(folder / INDEX, "was changed" if INDEX in found else "is missing")


def _say_edited(path: Path, what: str) -> RunError:
    return RunError(
        f"{path}: {what} since the report was published; nothing is released. "
        "`interim run` makes the folder again and keeps what was put there beside it"
    )


def _check_last_run(published: Published, folder: Path) -> None:
    manifest = published.manifest
    for report in {*manifest["reports"], *manifest["parameters"]["values"]["reports"]}:
        place = (published.out, published.interim, published.audience, report)
        if failed_path(*place, closed=published.closed).exists():
            raise RunError(
                f"{folder}: the last run of the {report} report failed, and what is published "
                "is older; run it again before it is handed out"
            )
