"""Section 7.5 of the policy for an imported study: what a failing cell knows stays with its owner.

A cell says all that it was given, in every way aloud, and fails. A call that makes open reports is
read by open readers, whatever else it makes.
"""

import json
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest
from failing_cells import SPOKEN, TELLS_ALL, fail_in, list_places
from job_runs import run_jobs
from leaks import unpack
from masked_study import WORDS, change, write_study
from program import Ended, call
from written_notebooks import write_notebook

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.reader import Reader
from helpers.masking.key import MaskKey
from helpers.params import load_interim, load_trial
from helpers.reporting.jobs.job import Job

AUDIENCES = ("open", "closed_masked", "closed_unmasked")
BLIND = AUDIENCES[:2]
KEPT = ".state/final-open-safety.failed.ipynb"
TELLING = (SPOKEN, *(word.encode() for word in WORDS), b"Zanubex")
REPORTS = ("safety", "efficacy")


@pytest.fixture(scope="session")
def study(make_once) -> tuple[Path, Path]:
    folder = make_once("masked study", lambda folder: write_study(folder))
    return folder / "data", folder / "params"


def run(data: Path, params: Path, place: Path, notebook: bytes, *audiences: str) -> Ended:
    """The safety report of this notebook for these audiences, below `place`."""
    notebooks = place / "notebooks"
    notebooks.mkdir()
    for report in REPORTS:
        (notebooks / f"{report}_report.ipynb").write_bytes(notebook)
    (place / "key").write_text("k" * 44)
    (place / "key").chmod(0o600)
    chosen = [word for name in audiences for word in ("--audience", name)]
    places = ("--data", data, "--params", params, "--out", place / "out", "--notebooks", notebooks)
    words = ("run", "final", *chosen, "--report", "safety", "--json")
    return call(*words, *places, "--mask-key", f"file:{place / 'key'}")


def read_seen(out: Path) -> dict[str, bytes]:
    """What lies where others than the owner may read."""
    shared = {}
    for path in (place for place in sorted(out.rglob("*")) if place.is_file()):
        inside = [path, *(folder for folder in path.parents if folder.is_relative_to(out))]
        if all(stat.S_IMODE(place.stat().st_mode) & 0o044 for place in inside):
            shared[path.relative_to(out).as_posix()] = path.read_bytes()
    return shared


def check_silent(ended: Ended, out: Path, audiences: tuple[str, ...]) -> None:
    """Each report failed; no place of open readers has a word of what its cell knew."""
    assert ended.code == 1
    lines = {line["audience"]: line for line in ended.json["reports"]}
    assert {name: line["status"] for name, line in lines.items()} == dict.fromkeys(
        audiences, "failed"
    )
    assert all("failed; why stands in" in line["error"] for line in lines.values())
    seen = read_seen(out)
    assert "index.html" in seen
    assert not [name for name in seen if name.endswith((".ipynb", ".csv"))]
    for name, content in {**seen, "out": ended.out.encode(), "err": ended.err.encode()}.items():
        for piece in (name.encode(), *unpack(content)):
            assert [word for word in TELLING if word in piece] == [], name


@pytest.mark.parametrize(
    "audiences",
    [("open", "closed_unmasked"), pytest.param(AUDIENCES, marks=pytest.mark.slow)],
)
def test_a_failing_cell_of_an_imported_study_tells_open_readers_nothing(audiences, study, tmp_path):
    ended = run(*study, tmp_path, write_notebook(TELLS_ALL), *audiences)
    out = tmp_path / "out"
    check_silent(ended, out, audiences)
    places = [KEPT, *(f"final/{name}/safety.failed.ipynb" for name in audiences[1:])]
    kept = {place: json.dumps(json.loads((out / place).read_bytes())) for place in places}
    assert all(SPOKEN.decode() in text for text in kept.values())  # for its owner it is there
    assert {stat.S_IMODE((out / place).stat().st_mode) for place in places} == {0o600}
    knows = [place for place, text in kept.items() if "Z20M" in text or "Zanubex" in text]
    assert knows == [places[-1]]


@pytest.mark.slow
@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("audience", BLIND)
def test_an_exception_in_each_cell_of_an_imported_study_publishes_nothing(audience, report, study):
    trial = load_trial(study[1])
    key = MaskKey(b"a key of the tests, long enough to be one") if "masked" in audience else None
    reader = Reader(audience, key=key)
    interim = load_interim(study[1], "final", trial)
    view = pack_view(build_view(study[0], study[1], trial=trial, interim=interim, audience=reader))
    places = list_places(report, audience)
    jobs = [
        Job(
            interim="final",
            audience=audience,
            report=report,
            notebook=fail_in(report, place, TELLS_ALL),
            view=view,
            overheard=True,
        )
        for place in places
    ]
    assert len(jobs) > 5
    for job, outcome in zip(jobs, run_jobs(*jobs), strict=True):
        assert outcome.error, job.name
        assert not outcome.files
        assert not outcome.results
        assert [word for word in TELLING if word in outcome.error.encode()] == []
        assert SPOKEN in json.dumps(json.loads(outcome.failed)).encode()


@pytest.mark.slow
def test_what_a_failed_call_says_does_not_depend_on_who_is_in_which_arm(study, tmp_path):
    """Terminal, `--json` and all that open readers can read: the same, arms dealt anew."""
    other = Path(shutil.copytree(study[0], tmp_path / "data"))

    def deal(name: str, column: str, values: pd.Series) -> pd.Series:
        return pd.Series(values.sample(frac=1, random_state=5).to_numpy(), dtype=values.dtype)

    change(other, deal)
    cell = fail_in("safety", list_places("safety", "open")[-1], TELLS_ALL)
    said = []
    for name, data in (("a", study[0]), ("b", other)):
        folder = tmp_path / name
        folder.mkdir()
        ended = run(data, study[1], folder, cell, "open", "closed_unmasked")
        check_silent(ended, folder / "out", ("open", "closed_unmasked"))
        told = ended.json | {"seconds": 0}
        for line in told["reports"]:
            line["seconds"] = 0
        text = json.dumps(told).replace(str(folder), "")
        said.append((ended.code, text, read_seen(folder / "out")))
    assert said[0] == said[1]
