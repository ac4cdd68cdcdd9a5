"""Reports from export to page: our run beside the usual command lines; memory; a large trial.

(a) is `interim run` of both reports of FIN for one audience; (b) runs the same two notebooks by
the `papermill` and `jupyter nbconvert` command lines, one after the other. Then the large
trial, with the seconds of processor of every display (`bench.cells` has those of the default one).
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._process import PROJECT, interim, measure, say
from bench.cells import REPORTS, time_report

NOTEBOOKS = PROJECT / "notebooks"
INTERIM, AUDIENCE = "fin", "closed_unmasked"
N_PER_ARM = 1000
RATIO, UNCHANGED, PEAK_MIB, LARGE_SECONDS, LARGE_GIB = 0.5, 2.0, 700.0, 60.0, 3.0
PAGE_MB, LARGE_PAGE_MB, WRITE = 25.0, 40.0, 4.0


def run() -> bool:
    """Print every figure beside its limit; True when all are kept."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        written = interim("simulate", folder / "export")
        wrote = say("writing the export of 48 persons, with the start", written.seconds, WRITE, "s")
        kept = [*race(folder), *check_pages(folder, PAGE_MB), *check_unchanged(folder)]
        kept += check_large(folder)
    return all([wrote, *kept])


def race(folder: Path) -> list[bool]:
    """(a) against (b)."""
    ours = interim("run", INTERIM, "--audience", AUDIENCE, *places(folder), "--force")
    again = interim("run", INTERIM, "--audience", AUDIENCE, *places(folder), "--force")
    best = min(ours.seconds, again.seconds)
    theirs = sum(run_usual(folder, report) for report in REPORTS)
    ratio = best / theirs
    print(f"two reports of {INTERIM}: interim run {best:.1f} s, command lines {theirs:.1f} s")
    peak = max(ours.peak, again.peak)
    return [
        say("ratio", ratio, RATIO, ""),
        say("peak memory of any process, 48 persons", peak, PEAK_MIB, "MiB"),
    ]


def run_usual(folder: Path, report: str) -> float:
    """Seconds of papermill, then nbconvert, for one report."""
    executed = folder / f"{report}.ipynb"
    parameters = {
        "interim": INTERIM,
        "audience": AUDIENCE,
        "params": str(PROJECT / "params"),
        "data": str(folder / "export"),
    }
    given = [word for pair in parameters.items() for word in ("-p", *pair)]
    binaries = Path(sys.executable).parent
    source = NOTEBOOKS / f"{report}_report.ipynb"
    first = measure([binaries / "papermill", "--no-progress-bar", source, executed, *given])
    second = measure([binaries / "jupyter", "nbconvert", "--to", "html", "--no-input", executed])
    return first.seconds + second.seconds


def check_unchanged(folder: Path) -> list[bool]:
    """All interims and audiences once, then again with nothing to do."""
    first = interim("run", "--all", *places(folder))
    print(f"all interims, both audiences: {first.seconds:.1f} s")
    again = interim("run", "--all", *places(folder))
    return [say("an unchanged run of all of them", again.seconds, UNCHANGED, "s")]


def check_large(folder: Path) -> list[bool]:
    """3,000 persons, 1.5 million items: validated, cut and derived; each report in one process."""
    export = folder / "large"
    written = interim("simulate", export, "--n-per-arm", N_PER_ARM, "--format", "parquet")
    print(f"writing the export of {3 * N_PER_ARM} persons: {written.seconds:.1f} s")
    code = f"from bench.report import build_large; build_large({str(export)!r})"
    large = measure([sys.executable, "-c", code])
    what = f"validate, cut and derive {3 * N_PER_ARM} persons"
    kept = [
        say(what, large.seconds, LARGE_SECONDS, "s"),
        say("its memory", large.peak / 1024, LARGE_GIB, "GiB"),
    ]
    kept += [time_report(export, report, LARGE_SECONDS) for report in REPORTS]
    out = folder / "large-reports"
    where = ("--data", export, "--out", out, "--jobs", 1)
    made = interim("run", INTERIM, "--audience", AUDIENCE, *where)
    print(f"both reports of {3 * N_PER_ARM} persons, from export to page: {made.seconds:.1f} s")
    kept.append(say("its memory", made.peak / 1024, LARGE_GIB, "GiB"))
    kept += check_pages(folder, LARGE_PAGE_MB, "large-reports")
    shutil.rmtree(export)
    return kept


def check_pages(folder: Path, limit: float, out: str = "reports") -> list[bool]:
    """Size of each page that was made."""
    pages = {name: folder / out / INTERIM / AUDIENCE / f"{name}.html" for name in REPORTS}
    return [
        say(f"{name} page", page.stat().st_size / 1e6, limit, "MB") for name, page in pages.items()
    ]


def build_large(export: str) -> None:
    """The view of the last interim of a large export."""
    from helpers.datasets.build import build_view
    from helpers.intake.export import read_info
    from helpers.params import load_interim, load_trial

    params = PROJECT / "params"
    trial = load_trial(params)
    everything = {"cutoff": read_info(Path(export)).extract.date(), "extract": None}
    last = load_interim(params, INTERIM, trial).model_copy(update=everything)
    view = build_view(Path(export), params, trial=trial, interim=last, audience=AUDIENCE)
    sizes = ", ".join(f"{name} {len(view[name]):,}" for name in sorted(view.datasets))
    print(f"rows derived: {sizes}")


def places(folder: Path) -> Sequence[object]:
    """Where a run of the bench reads and writes."""
    return ("--data", folder / "export", "--out", folder / "reports")


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
