"""Index pages of everything that is published, from the manifests alone."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.displays.model import Fact, Light
from helpers.reporting.jobs.run_job import report_title
from helpers.reporting.page.facts import (
    IndexEntry,
    InterimSummary,
    Link,
    PageFacts,
    read_lights,
    read_numbers,
)
from helpers.reporting.page.index import render_interim_index, render_reports_index
from helpers.reporting.publishing.manifest import find_other_trials, read_manifest
from helpers.reporting.publishing.seal import describe_scope
from helpers.reporting.publishing.state import failed_path

INDEX = "index.html"
FILES = {
    "results.csv": "Every number (results.csv)",
    "findings.csv": "Data findings (findings.csv)",
    "manifest.json": "Inputs, code, versions, outputs (manifest.json)",
}


def build_index_pages(out: Path) -> dict[str, bytes]:
    """Pages by path relative to `out`: one per published folder, one for all."""
    published = read_published(out)
    pages = {
        f"{place}/{INDEX}": render_interim_index(
            build_summary(out / place, manifest, list_earlier(place, published))
        )
        for place, manifest in published.items()
    }
    entries = [build_entry(place, manifest) for place, manifest in published.items()]
    others = tuple(Link(name, f"{name}/{INDEX}") for name in find_other_trials(out))
    return {**pages, INDEX: render_reports_index(entries, others)}


def read_published(out: Path) -> dict[str, Mapping[str, Any]]:
    """Manifests of everything published in `out`, by place: `ia3/open`."""
    folders = {
        f"{path.parent.parent.name}/{path.parent.name}": read_manifest(path.parent)
        for path in sorted(out.glob("*/*/manifest.json"))
    }
    return {place: manifest for place, manifest in folders.items() if manifest}


def list_earlier(
    place: str, published: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """The interims before this one that are published for the same audience, in order."""
    own = published[place]
    earlier = [
        (manifest["sequence"], other, manifest)
        for other, manifest in published.items()
        if manifest["audience"] == own["audience"] and manifest["sequence"] < own["sequence"]
    ]
    return [(other, found) for _, other, found in sorted(earlier, key=lambda item: item[:2])]


def recall_lights(
    lights: Sequence[Light], earlier: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[Light, ...]:
    """Lights that also say what they said in the earlier reports that are published."""
    said: dict[str, list[str]] = {}
    for _, manifest in earlier:
        for light in read_lights(summary_of(manifest)):
            said.setdefault(light.name, []).append(f"{manifest['interim']} {light.word}")
    return tuple(
        replace(light, why=f"{light.why} As published before: {', '.join(said[light.name])}.")
        if light.name in said
        else light
        for light in lights
    )


def build_summary(
    folder: Path, manifest: Mapping[str, Any], earlier: Sequence[tuple[str, Mapping[str, Any]]]
) -> InterimSummary:
    """What the index page of one folder shows; `earlier` as `list_earlier` gives it."""
    summary = summary_of(manifest)
    previous = earlier[-1] if earlier else None
    link = None
    if previous is not None:
        label = f"{previous[1]['interim']}"
        link = Link(label, f"../../{previous[0]}/{INDEX}")
    return InterimSummary(
        facts=_build_facts(manifest),
        status=describe_status(folder, manifest),
        reports=tuple(Link(report_title(r), f"{r}.html") for r in order_reports(manifest)),
        files=tuple(
            Link(label, name) for name, label in FILES.items() if (folder / name).is_file()
        ),
        lights=recall_lights(read_lights(summary), earlier),
        numbers=read_numbers(summary),
        changes=describe_changes(summary, summary_of(previous[1])) if previous else (),
        previous=link,
    )


def order_reports(manifest: Mapping[str, Any]) -> list[str]:
    """Published reports in the order in which a committee reads them: safety first."""
    return sorted(manifest["reports"], reverse=True)


def summary_of(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lights and facts of the first report that has them."""
    for report in order_reports(manifest):
        if manifest["reports"][report]["summary"]:
            found: Mapping[str, Any] = manifest["reports"][report]["summary"]
            return found
    return {}


def describe_changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[str, ...]:
    """One sentence per light or number that differs from the interim before."""
    lights = {light.name: light for light in read_lights(before)}
    facts = {fact.label: fact for fact in read_numbers(before)}
    sentences = [
        *(_compare_lights(light, lights.get(light.name)) for light in read_lights(now)),
        *(_compare_facts(fact, facts.get(fact.label)) for fact in read_numbers(now)),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def describe_status(folder: Path, manifest: Mapping[str, Any]) -> str:
    """One sentence on the run."""
    failed = [
        report
        for report in manifest["parameters"]["values"]["reports"]
        if _has_failed(folder, report)
    ]
    published = [report_title(report) for report in order_reports(manifest)]
    verb = "are" if len(published) > 1 else "is"
    text = f"{' and '.join(published) or 'No report'} {verb} published."
    letters = describe_scope(manifest)
    text += f" {letters}" if letters else ""
    if failed:
        text += f" The last run of {' and '.join(failed)} failed; what is shown is older."
    return text


def _has_failed(folder: Path, report: str) -> bool:
    out, interim, audience = folder.parent.parent, folder.parent.name, folder.name
    places = (failed_path(out, interim, audience, report, closed=c) for c in (True, False))
    return any(path.exists() for path in places)


def build_entry(place: str, manifest: Mapping[str, Any]) -> IndexEntry:
    """One line of the page for all."""
    return IndexEntry(
        study=manifest["study"],
        interim=manifest["label"],
        sequence=manifest["sequence"],
        audience=manifest["audience"],
        cutoff=_date(manifest["cutoff"]),
        extract=_date(manifest["extract"]),
        synthetic=manifest["synthetic"],
        href=f"{place}/{INDEX}",
        reports=tuple(Link(report_title(r), f"{place}/{r}.html") for r in order_reports(manifest)),
        rehearsal=_read_mark(manifest),
    )


def _build_facts(manifest: Mapping[str, Any]) -> PageFacts:
    return PageFacts(
        study=manifest["study"],
        title=manifest["title"],
        subtitle="",
        report="",
        interim=manifest["label"],
        short=manifest["interim"],
        audience=manifest["audience"],
        cutoff=_date(manifest["cutoff"]),
        extract=_date(manifest["extract"]),
        synthetic=manifest["synthetic"],
        index=Link("All interims", f"../../{INDEX}"),
        rehearsal=_read_mark(manifest),
    )


def _read_mark(manifest: Mapping[str, Any]) -> str:
    return str(manifest.get("rehearsal", {}).get("mark", ""))


def _compare_lights(now: Light, before: Light | None) -> str:
    if before is None or before.word == now.word:
        return ""
    return f"{now.name}: {before.word} became {now.word}."


def _compare_facts(now: Fact, before: Fact | None) -> str:
    if before is None or before.value == now.value:
        return ""
    return f"{now.label}: {before.value} became {now.value}."


def _date(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text).date()
