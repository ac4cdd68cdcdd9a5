"""Seconds of processor of every display of a report, made and shown without a kernel.

`python -m bench.cells EXPORT --report safety` prints each display in the order of the report, the
five slowest and their sum beside its limit. By processor, not by clock: other programs on the
machine do not count.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

from bench._process import PROJECT, interim, run_printing, say

REPORTS = ("safety", "efficacy")
SLOWEST = 5
SECONDS = 12.0


def run() -> bool:
    """Both reports of the last interim on the default export; True when the limits are kept."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        interim("simulate", Path(name) / "export")
        kept = [time_report(Path(name) / "export", report, SECONDS) for report in REPORTS]
    return all(kept)


def time_report(export: Path, report: str, limit: float) -> bool:
    """The displays of a report in a process of its own, which prints each with its seconds."""
    command = [sys.executable, "-m", "bench.cells", export, "--report", report, "--limit", limit]
    return run_printing(command)


def main() -> bool:
    """One report of one view, in this process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("export", type=Path)
    parser.add_argument("--report", choices=REPORTS, default="safety")
    parser.add_argument("--interim", default="fin")
    parser.add_argument("--audience", default="closed_unmasked")
    parser.add_argument("--limit", type=float, default=SECONDS)
    given = parser.parse_args()
    spent = dict(time_displays(given.export, given.report, given.interim, given.audience))
    print(f"\n{given.report} report of {given.interim}, {given.audience}: seconds by display")
    for name, seconds in spent.items():
        print(f"  {seconds:7.3f}  {name}")
    slowest = sorted(spent, key=lambda name: -spent[name])[:SLOWEST]
    print(f"slowest: {', '.join(f'{name} {spent[name]:.2f}' for name in slowest)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # KiB on Linux
    print(f"memory of the process, its export read and derived: {peak:.2f} GiB")
    return say("all displays", sum(spent.values()), given.limit, "s of processor")


def time_displays(
    export: Path, report: str, interim_id: str, audience: str
) -> Iterator[tuple[str, float]]:
    """Each display's call with its seconds, from the call to what a notebook holds of it."""
    from helpers.bundle import pack_view, unpack_view
    from helpers.datasets.build import build_view
    from helpers.displays.model import Display
    from helpers.params import load_interim, load_trial

    params = PROJECT / "params"
    trial = load_trial(params)
    loaded = load_interim(params, interim_id, trial)
    view = build_view(export, params, trial=trial, interim=loaded, audience=audience)
    names: dict[str, object] = {"view": unpack_view(pack_view(view))}
    notebook = nbformat.read(PROJECT / "notebooks" / f"{report}_report.ipynb", as_version=4)
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        tags = cell.metadata.get("tags", [])
        if "parameters" in tags or "load_view(" in cell.source:
            continue
        masked = view.access.labels and "masked" in tags
        if "closed" in tags and not (view.access.restricted or masked):
            continue
        source = cell.source.strip()
        if "\n" in source or not source.endswith(")"):
            exec(source, names)
            continue
        start = time.process_time()
        shown = eval(source, names)
        if isinstance(shown, Display):
            shown._repr_mimebundle_()
            yield source.partition("(")[0], time.process_time() - start


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
