"""`interim run`, called as a user calls it; the reports are tiny, the export is the real one."""

import csv
import importlib.metadata
import json
import os
import re
import shutil
import signal
import stat
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from kept_views import BUILT_ANEW
from prepared_program import Started
from program import OUT, PARAMS, begin, call, put_notebooks, read_folder, wait_for


def status_of(ended) -> dict[str, str]:
    return {
        f"{line['interim']}/{line['audience']}/{line['report']}": line["status"]
        for line in ended.json["reports"]
    }


@pytest.fixture(scope="module")
def whole(export, tmp_path_factory):
    """A call that makes both reports of IA3 for both audiences, one at a time, and its folder."""
    place = tmp_path_factory.mktemp("whole")
    notebooks = put_notebooks(place / "notebooks")
    places = ("--data", export, "--out", place / OUT, "--notebooks", notebooks)
    ended = call("run", "ia3", *places, "--jobs", 1)
    assert ended.code == 0, ended.err
    return ended, place / OUT


def test_a_run_leaves_the_tree_that_users_rely_on(whole):
    ended, out = whole
    one = {
        "index.html",
        "safety.html",
        "safety.ipynb",
        "efficacy.html",
        "efficacy.ipynb",
        "results.csv",
        "findings.csv",
        "manifest.json",
        "tables/T-S-03c.csv",
        "tables/T-E-02.csv",
    }
    wanted = {f"ia3/{audience}/{name}" for audience in ("open", "closed_unmasked") for name in one}
    assert set(read_folder(out)) == {"index.html", *wanted}
    assert f"Start here: {out / 'index.html'}" in ended.out
    manifest = json.loads((out / "ia3" / "open" / "manifest.json").read_text())
    assert {"study", "interim", "audience", "cutoff", "extract"} <= set(manifest)
    closed = (out / "ia3" / "closed_unmasked").stat().st_mode
    assert stat.S_IMODE(closed) == 0o700


def test_json_is_one_object_on_standard_output_and_progress_goes_to_the_other(run_one):
    ended = run_one("--json")
    assert status_of(ended) == {"ia1/open/safety": "published"}
    assert ended.json["exit_code"] == 0
    assert Path(ended.json["index"]).is_file()
    line = r"(?m)^\d\d:\d\d:\d\d \[1/1\] safety of ia1 \(open\): done in [\d.]+ s$"
    assert re.search(line, ended.err)


def test_json_says_what_was_made_how_long_it_took_and_what_is_wrong_with_the_data(
    run_one, tmp_path
):
    ended = run_one("--json")
    (line,) = ended.json["reports"]
    assert ended.json["version"] == importlib.metadata.version("interim-reports")
    assert 0 < line["seconds"] <= ended.json["seconds"] < 300
    assert line["study"] == "NCT05292625"
    manifest = json.loads((tmp_path / OUT / "ia1" / "open" / "manifest.json").read_text())
    assert line["cutoff"] == manifest["cutoff"]
    with (tmp_path / OUT / "ia1" / "open" / "findings.csv").open(newline="") as file:
        counted = Counter(row["severity"] for row in csv.DictReader(file))
    assert {name: n for name, n in line["findings"].items() if n} == counted
    again = run_one("--json").json["reports"][0]
    assert (again["seconds"], again["findings"]) == (None, line["findings"])


def test_a_second_run_of_the_same_interim_waits_and_then_has_nothing_left_to_do(
    export, notebooks, tmp_path
):
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    words = ("run", "ia1", "--audience", "open", *places)
    first = begin(*words)
    lock = tmp_path / OUT / ".state" / "ia1-open.run"
    while not lock.exists():
        assert first.is_running()
        time.sleep(0.01)
    second = call(*words)
    assert wait_for(first).code == 0
    assert second.code == 0
    assert "ia1 (open): another run makes it; waiting for it" in second.err
    assert "the other run has made everything; nothing is left to do" in second.err
    assert "unchanged" in second.out


def test_what_has_not_changed_is_not_computed_again(published_before, run_one, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / OUT).rglob("*.*")}
    start = time.monotonic()
    ended = run_one("--json")
    assert time.monotonic() - start < 5  # it makes no report: the bench says how fast
    assert status_of(ended) == {"ia1/open/safety": "unchanged"}
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / OUT).rglob("*.*")}
    assert after == before


def test_force_computes_again_and_gives_the_same_bytes(published_before, run_one, tmp_path):
    before = read_folder(tmp_path / OUT)
    ended = run_one("--force", "--json", env={BUILT_ANEW: "yes"})
    assert status_of(ended) == {"ia1/open/safety": "published"}
    assert read_folder(tmp_path / OUT) == before


def test_another_place_time_zone_locale_and_number_of_jobs_give_the_same_bytes(
    whole, export, notebooks, tmp_path
):
    elsewhere = tmp_path / "other place"
    elsewhere.mkdir()
    shutil.copytree(export, elsewhere / "dữ liệu")
    shutil.copytree(PARAMS, elsewhere / "params")
    ended = call(
        *("run", "ia3", "--data", "dữ liệu", "--out", "b", "--notebooks", notebooks, "--jobs", 4),
        cwd=elsewhere,
        env={"TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "vi_VN.UTF-8", "PYTHONHASHSEED": "7"},
    )
    assert ended.code == 0, ended.err
    assert read_folder(whole[1]) == read_folder(elsewhere / "b")


def test_what_somebody_changed_by_hand_is_made_again(published_before, run_one, tmp_path):
    page = tmp_path / OUT / "ia1" / "open" / "safety.html"
    content = page.read_bytes()
    page.write_bytes(content.replace(b"OPEN", b"CLOSED"))
    assert status_of(run_one("--json")) == {"ia1/open/safety": "published"}
    assert page.read_bytes() == content


def test_a_failing_cell_leaves_the_former_report_and_keeps_the_failed_notebook(
    published_before, run_one, notebooks, tmp_path
):
    folder = tmp_path / OUT / "ia1" / "open"
    before = read_folder(folder)
    put_notebooks(notebooks, safety="raises")
    ended = run_one("--json")
    assert ended.code == 1
    (line,) = ended.json["reports"]
    assert line["error"] == (
        "cell 6 failed; why stands in .state/ia1-open-safety.failed.ipynb, for its owner only"
    )
    failed = tmp_path / OUT / ".state" / "ia1-open-safety.failed.ipynb"
    assert stat.S_IMODE(failed.stat().st_mode) == 0o600
    after = read_folder(folder)
    index = after.pop("index.html"), before.pop("index.html")
    assert after == before
    assert b"failed; what is shown is older" in index[0]
    put_notebooks(notebooks)
    assert run_one().code == 0
    assert not failed.exists()


def test_other_reports_of_the_same_call_still_run(export, notebooks, tmp_path):
    put_notebooks(notebooks, safety="raises")
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    ended = call("run", "ia2", "--audience", "open", *places, "--json")
    assert ended.code == 1
    assert status_of(ended) == {
        "ia2/open/safety": "failed",
        "ia2/open/efficacy": "published",
    }
    results = (tmp_path / OUT / "ia2" / "open" / "results.csv").read_text()
    assert {line.split(",")[0] for line in results.splitlines()[1:]} == {"efficacy"}


def test_one_report_of_an_interim_leaves_the_other_as_it_was(export, notebooks, tmp_path):
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    options = ("run", "ia2", "--audience", "open", *places)
    call(*options)
    before = read_folder(tmp_path / OUT)
    ended = call(*options, "--report", "efficacy", "--force", "--json")
    assert status_of(ended) == {"ia2/open/efficacy": "published"}
    assert read_folder(tmp_path / OUT) == before


def test_a_kernel_that_dies_once_gets_another_try(run_one, notebooks, tmp_path):
    put_notebooks(notebooks, safety="dies_once")
    ended = run_one(env={"DIES_ONCE_MARK": str(tmp_path / "mark")})
    assert ended.code == 0, ended.err
    assert "ended its kernel; trying once more" in ended.err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no_parameters", "safety notebook: no cell tagged `parameters`"),
        ("misspelt_parameter", "did you mean"),
        ("exits", "calls exit; a report runs to its end"),
        (
            "asks_for_arms",
            "cell 5 failed; why stands in .state/ia1-open-safety.failed.ipynb",
        ),
    ],
)
def test_a_notebook_that_cannot_be_a_report_is_refused_in_one_line(
    run_one, notebooks, tmp_path, name, words
):
    put_notebooks(notebooks, safety=name)
    ended = run_one()
    assert ended.code == 1
    assert words in ended.err
    assert "Traceback" not in ended.err + ended.out
    assert not (tmp_path / OUT / "ia1" / "open" / "safety.html").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ia33",), "unknown interim 'ia33'; did you mean 'ia3'?"),
        ((), "name the interims to run, or give --all"),
        (("ia3", "--all"), "found --all and ia3, allowed: one or the other"),
        (("ia3", "--audience", "opn"), "unknown audience 'opn'; did you mean 'open'?"),
        (("ia3", "--report", "safty"), "unknown report 'safty'; did you mean 'safety'?"),
        (("ia1", "--report", "efficacy"), "no interim of this call has a report efficacy"),
        (("ia3", "--data", "/nowhere"), "/nowhere: no export there"),
        (("ia3", "--params", "/nowhere"), "/nowhere: no such parameter folder"),
        (("ia3", "--notebooks", "/nowhere"), "efficacy_report.ipynb: cannot be read"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_code_two(export, notebooks, words, says, tmp_path):
    places = {"--data": export, "--out": tmp_path / OUT, "--notebooks": notebooks}
    given = [word for pair in places.items() if pair[0] not in words for word in pair]
    ended = call("run", *words, *given)
    assert ended.code == 2
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / OUT).exists()


def test_open_readers_get_no_report_of_an_interim_that_does_not_list_them(
    export, notebooks, tmp_path
):
    params = shutil.copytree(PARAMS, tmp_path / "params")
    with (params / "ia1.yaml").open("a") as file:
        file.write("\naudiences: [closed_unmasked]\n")
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    ended = call("run", "ia1", "--audience", "open", "--params", params, *places)
    assert ended.code == 2
    assert "IA1: its file gives no report to open readers (audiences: closed_unmasked)" in ended.err
    assert not (tmp_path / OUT).exists()


def test_a_place_that_cannot_be_written_is_said_before_any_work(run_one, tmp_path):
    (tmp_path / OUT).write_text("a file")
    ended = run_one("--json")
    assert ended.code == 1
    assert "cannot be written" in ended.json["error"]
    assert "done" not in ended.err


def test_the_open_run_works_without_the_restricted_folder_and_gives_the_same(
    published_before, run_one, export, notebooks, tmp_path
):
    whole = read_folder(tmp_path / OUT)
    half = tmp_path / "half"
    shutil.copytree(export, half, ignore=shutil.ignore_patterns("restricted"))
    places = ("--data", half, "--out", tmp_path / "half out", "--notebooks", notebooks)
    ended = call("run", "ia1", "--audience", "open", *places)
    assert ended.code == 0, ended.err
    assert read_folder(tmp_path / "half out") == whole


def test_a_missing_table_stops_with_its_name_and_publishes_nothing(export, notebooks, tmp_path):
    half = tmp_path / "half"
    shutil.copytree(export, half, ignore=shutil.ignore_patterns("restricted"))
    places = ("--data", half, "--out", tmp_path / OUT, "--notebooks", notebooks)
    ended = call("run", "ia1", *places, "--json")
    assert ended.code == 1
    assert status_of(ended) == {
        "ia1/open/safety": "published",
        "ia1/closed_unmasked/safety": "failed",
    }
    (error,) = {line["error"] for line in ended.json["reports"]} - {""}
    assert "STRUCT-TABLE rand: no rand.csv or rand.parquet in restricted/" in error
    assert not (tmp_path / OUT / "ia1" / "closed_unmasked").exists()


@pytest.fixture
def scratch():
    """A folder of its own for scratch files; sockets in it need a short path."""
    with tempfile.TemporaryDirectory(prefix="i-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        pytest.param(signal.SIGHUP, 129, marks=pytest.mark.slow),  # one handler with SIGTERM
        (signal.SIGKILL, -9),
    ],
)
def test_an_interrupted_run_leaves_no_process_and_nothing_half_written(
    published_before, run_one, export, notebooks, tmp_path, scratch, number, code
):
    before = read_folder(tmp_path / OUT)
    put_notebooks(notebooks, safety="sleeps")
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    begun = begin("run", "ia1", "--audience", "open", *places, env={"TMPDIR": str(scratch)})
    try:
        children = wait_for_kernel(begun, scratch)
    finally:
        os.kill(begun.pid, number)
    ended = wait_for(begun)
    assert ended.code == code
    assert number == signal.SIGKILL or "what was published before is unchanged" in ended.err
    assert find_running(children, seconds=15) == []
    assert read_folder(tmp_path / OUT) == before
    assert not [path for path in (tmp_path / OUT / "ia1").iterdir() if path.name[0] == "."]
    left = [path.name for path in scratch.iterdir()]
    assert not [name for name in left if number != signal.SIGKILL or name.startswith("interim-")]


def find_running(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended in so many seconds.

    One that has ended and whose new parent, the system, has not yet asked how, has ended as well.
    """
    end = time.monotonic() + seconds
    while running := [one for one in processes if is_running(one)]:
        if time.monotonic() > end:
            return running
        time.sleep(0.01)
    return []


def is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_kernel(begun: Started, scratch: Path) -> list[psutil.Process]:
    """Children of a run once its kernel listens."""
    end = time.monotonic() + 180  # how long it takes says how busy the machine is
    while time.monotonic() < end and begun.is_running():
        if list(scratch.rglob("socket-*")):
            return psutil.Process(begun.pid).children(recursive=True)
        time.sleep(0.05)
    raise AssertionError("the run never came to its notebook")
