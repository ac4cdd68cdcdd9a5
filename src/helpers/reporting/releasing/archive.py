"""The one file that readers get: pages, tables, numbers and a short README."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from helpers.bundle import pack_members
from helpers.errors import RunError
from helpers.reporting.page.audiences import SYNTHETIC, find_audience
from helpers.reporting.page.guard import check_page
from helpers.reporting.page.index import render_interim_index
from helpers.reporting.publishing.index_pages import build_summary, list_earlier, read_published
from helpers.reporting.publishing.manifest import MANIFEST
from helpers.reporting.publishing.seal import describe_scope
from helpers.reporting.publishing.state import read_state, state_path
from helpers.reporting.releasing.folder import INDEX, Published

README = "README.txt"
RESULTS = "results.csv"
# What leaves the store; executed notebooks and the manifest stay there.
_LEAVES = re.compile(r"[a-z]+\.html|(?:results|findings)\.csv|tables/[A-Za-z0-9_.-]+\.csv")


class Archive(NamedTuple):
    """A zip as bytes: `name` without ending, and the bytes of its members by path."""

    name: str
    members: Mapping[str, bytes]
    content: bytes


def build_archive(published: Published) -> Archive:
    """Zip of what the readers of one audience get; the same folder gives the same bytes.

    Raises
    ------
    RunError
        If a page holds what it may not, or an earlier report that the first page compares with was
        changed by hand.
    """
    members = {name: published.files[name] for name in published.files if _LEAVES.fullmatch(name)}
    members[INDEX] = build_index(published)
    members[README] = format_readme(published, members)
    for name in sorted(members):
        if name.endswith(".html"):
            check_page(members[name].decode(), name, members.keys())
    folder = name_archive(published)
    packed = pack_members({f"{folder}/{name}": members[name] for name in members})
    return Archive(folder, members, packed)


def name_archive(published: Published) -> str:
    """Name that says trial, interim, audience and cut-off."""
    manifest = published.manifest
    words = (manifest["study"], manifest["interim"], published.audience)
    parts = [re.sub(r"[^\w.-]+", "-", str(word)).strip("-.") for word in words]
    return "_".join([*parts, f"cutoff-{manifest['cutoff']}"])


def build_index(published: Published) -> bytes:
    """First page of the folder, for readers who have nothing beside it."""
    place = f"{published.interim}/{published.audience}"
    everything = read_published(published.out)
    earlier = list_earlier(place, everything)
    for other, _ in earlier:
        _check_earlier(published, other)
    folder = published.out / place
    summary = build_summary(folder, published.manifest, earlier)
    previous = summary.previous and replace(summary.previous, href="")
    return render_interim_index(
        replace(
            summary,
            facts=replace(summary.facts, index=None),
            previous=previous,
            files=tuple(link for link in summary.files if _LEAVES.fullmatch(link.href)),
        )
    )


def _check_earlier(published: Published, place: str) -> None:
    interim, audience = place.split("/")
    path = published.out / place / MANIFEST
    recorded = read_state(state_path(published.out, interim, audience)).files.get(MANIFEST)
    if hashlib.sha256(path.read_bytes()).hexdigest() != recorded:
        raise RunError(
            f"{path}: was changed since that report was published, and the first page compares "
            "with it; nothing is released. `interim run` makes it again"
        )


def format_readme(published: Published, members: Mapping[str, bytes]) -> bytes:
    """What the file is, for whom, where to begin, and SHA-256 of everything in it."""
    manifest, audience = published.manifest, find_audience(published.audience)
    own = hashlib.sha256(published.files[MANIFEST]).hexdigest()
    lines = [
        f"{manifest['study']} - {manifest['label']} - {audience.name.lower()}",
        f"Data cut-off {manifest['cutoff']}, export of {manifest['extract'][:10]}",
        "",
        audience.band,
        audience.readers,
        *filter(None, (describe_scope(manifest),)),
        *([f"{SYNTHETIC}."] if manifest["synthetic"] else []),
        "",
        f"Open {INDEX} in a browser. {RESULTS} holds every number, tables/ each table as shown,",
        "findings.csv what is wrong with the data.",
        "",
        f"SHA-256 of the report's manifest: {own}",
        "SHA-256 of each file:",
        *(f"{hashlib.sha256(members[name]).hexdigest()}  {name}" for name in sorted(members)),
    ]
    return ("\n".join(lines) + "\n").encode()
