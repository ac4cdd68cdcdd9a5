"""A view as bytes and back: what a report job is given instead of files."""

import hashlib
import io
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.ipc

from helpers.errors import InterimError
from helpers.intake.schema import Access
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import ClosedView, MaskedView, OpenView, View

HEADER = "view.json"
DATASETS = "datasets/"
SUFFIX = ".arrow"
EARLIEST = (1980, 1, 1, 0, 0, 0)
KINDS: Mapping[str, type[View]] = {
    kind.__name__: kind for kind in (OpenView, MaskedView, ClosedView)
}


def pack_view(view: View) -> bytes:
    """Bytes of a view: a zip of one JSON header and one Arrow file per frame.

    The same view gives the same bytes: members are sorted and carry a fixed date.
    """
    frames = {f"{DATASETS}{name}{SUFFIX}": frame for name, frame in view.datasets.items()}
    frames |= {f"findings{SUFFIX}": view.findings, f"counts{SUFFIX}": view.counts}

    def pack(name: str) -> bytes:
        if name == HEADER:
            return _format_json(_describe_view(view))
        return _pack_frame(frames[name], name.removeprefix(DATASETS).removesuffix(SUFFIX))

    # one after the other: all of them as bytes would stand beside the archive made of them
    return _write_archive((name, pack(name)) for name in sorted([HEADER, *frames]))


def unpack_view(content: bytes, only: Collection[str] | None = None) -> View:
    """View from the bytes of `pack_view`; columns keep their types, empty text cells are None.

    `only` names the data sets that it holds, for who needs no others of a large trial.

    Raises
    ------
    InterimError
        If the bytes are no packed view.
    """
    with _open_packed(content) as archive:
        header = json.loads(archive.read(HEADER))
        kind = KINDS[header["kind"]]
        # one after the other: all of them as bytes would stand beside the frames made of them
        frames = {
            name.removesuffix(SUFFIX): _unpack_frame(archive.read(name))
            for name in archive.namelist()
            if name.endswith(SUFFIX) and (only is None or _is_wanted(name, only))
        }
    return kind(
        trial=Trial.model_validate_json(json.dumps(header["trial"])),
        interim=Interim.model_validate_json(json.dumps(header["interim"])),
        access=_build_access(header["access"]),
        cutoff=pd.Timestamp(header["cutoff"]),
        extract=pd.Timestamp(header["extract"]),
        synthetic=header["synthetic"],
        test_key=header["test_key"],
        datasets={
            name.removeprefix(DATASETS): frame
            for name, frame in frames.items()
            if name.startswith(DATASETS)
        },
        findings=frames["findings"],
        counts=frames["counts"],
        digest=hashlib.sha256(content).hexdigest(),
    )


def read_header(content: bytes) -> dict[str, Any]:
    """What a packed view says of itself, without its data sets: parameters, dates, access."""
    with _open_packed(content) as archive:
        header: dict[str, Any] = json.loads(archive.read(HEADER))
    return header


def digest_view(content: bytes) -> dict[str, str]:
    """SHA-256 of each data set in a packed view, by name."""
    with _open_packed(content) as archive:
        return {
            name.removeprefix(DATASETS).removesuffix(SUFFIX): hashlib.sha256(
                archive.read(name)
            ).hexdigest()
            for name in archive.namelist()
            if name.endswith(SUFFIX)
        }


def pack_members(members: Mapping[str, bytes]) -> bytes:
    """Zip of `members`, sorted by name, without clock, owner or compression."""
    return _write_archive((name, members[name]) for name in sorted(members))


def _write_archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, EARLIEST)
            member.create_system = 3  # the same on every platform
            member.external_attr = 0o600 << 16
            archive.writestr(member, content)
    return buffer.getvalue()


@contextmanager
def _open_packed(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The members of a packed view; what is no such thing is said in one line."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (zipfile.BadZipFile, KeyError, ValueError, pa.ArrowInvalid) as error:
        raise InterimError(f"the packed view cannot be read ({error})") from None


def _is_wanted(member: str, only: Collection[str]) -> bool:
    """Whether a member is one of these data sets, or no data set at all."""
    name = member.removeprefix(DATASETS).removesuffix(SUFFIX)
    return name in only or not member.startswith(DATASETS)


def _describe_view(view: View) -> dict[str, Any]:
    access = view.access
    return {
        "kind": type(view).__name__,
        "trial": view.trial.model_dump(mode="json"),
        "interim": view.interim.model_dump(mode="json"),
        "access": {
            "audience": access.audience,
            "restricted": access.restricted,
            "labels": access.labels,
            "tables": access.tables,
            "datasets": access.datasets,
            "displays": access.displays,
            "sentences": access.sentences,
        },
        "cutoff": view.cutoff.isoformat(),
        "extract": view.extract.isoformat(),
        "synthetic": view.synthetic,
        "test_key": view.test_key,
        "small_cell": view.small_cell,
    }


def _build_access(described: Mapping[str, Any]) -> Access:
    lists = {
        name: None if described[name] is None else tuple(described[name])
        for name in ("datasets", "displays")
    }
    return Access(**{**described, **lists})


def _format_json(content: Mapping[str, Any]) -> bytes:
    # in the order of the parameters: forms, windows and levels are shown in the order declared
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _pack_frame(frame: pd.DataFrame, name: str) -> bytes:
    try:
        table = pa.Table.from_pandas(frame, nthreads=1)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InterimError(f"data set {name} mixes types in a column ({error})") from None
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _unpack_frame(data: bytes) -> pd.DataFrame:
    table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame
