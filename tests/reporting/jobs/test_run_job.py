"""What papermill, nbclient and kernels do to a run, one situation per notebook."""

import asyncio
import json
import os
import time
from pathlib import Path

import psutil
import pytest
from job_runs import run_jobs
from small_views import NOTEBOOKS, build_small_view

from helpers.bundle import pack_view
from helpers.reporting.jobs.job import Job, Limits
from helpers.reporting.jobs.kernel import PromptClient, WaitingKernel
from helpers.reporting.jobs.pool import Pool, open_pool
from helpers.reporting.jobs.run_job import run_job
from helpers.reporting.jobs.task import Task

VIEWS = {
    audience: pack_view(build_small_view(audience)) for audience in ("open", "closed_unmasked")
}


def build_job(name, audience="closed_unmasked", **options):
    return Job(
        interim="ia3",
        audience=audience,
        report="safety",
        notebook=(NOTEBOOKS / f"{name}.ipynb").read_bytes(),
        view=VIEWS[audience],
        **options,
    )


def is_job(pid):
    """Whether a child is neither the server that jobs are forked from nor its companion."""
    try:
        command = " ".join(psutil.Process(pid).cmdline())
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False
    parent = psutil.Process(pid).ppid()
    return parent != os.getpid() or not ("forkserver" in command or "resource_tracker" in command)


def test_a_report_gives_page_notebook_twins_and_rows():
    (outcome,) = run_jobs(build_job("tiny"))
    assert outcome.error == ""
    assert set(outcome.files) == {"safety.html", "safety.ipynb", "tables/T-S-03c.csv"}
    copy = outcome.files["tables/T-S-03c.csv"].splitlines()
    assert copy[0] == b"Severity and check,Findings,Participants"
    assert b'"E: Error, kept and flagged",1,1' in copy
    assert b"safety,T-S-03c,,,Total,,FINDINGS,,E,events,1," in outcome.results.splitlines()


def test_the_ordinary_kernel_gives_the_same_bytes_as_the_forked_one():
    (forked,) = run_jobs(build_job("tiny"))
    assert run_job(build_job("tiny")) == forked


def test_nothing_of_the_machine_or_the_run_is_in_the_files():
    (outcome,) = run_jobs(build_job("tells_its_place"))
    assert outcome.error == ""
    text = b"".join(outcome.files.values()).decode()
    for secret in (str(Path.cwd()), str(Path.home()), "/tmp/", "papermill", "careful"):
        assert secret not in text
    assert "0x0" in text
    notebook = json.loads(outcome.files["safety.ipynb"])
    assert set(notebook["metadata"]) == {"interim", "kernelspec", "language_info"}
    assert all(set(cell["metadata"]) <= {"tags"} for cell in notebook["cells"])


def test_the_injected_cell_is_gone_and_the_parameters_cell_says_what_the_run_was_for():
    (outcome,) = run_jobs(build_job("tiny", audience="open"))
    notebook = json.loads(outcome.files["safety.ipynb"])
    tags = [tag for cell in notebook["cells"] for tag in cell["metadata"].get("tags", [])]
    assert tags == ["parameters"]
    source = "".join(notebook["cells"][1]["source"])
    assert "interim = 'ia3'\naudience = 'open'\nparams = \"../params\"" in source


def test_the_source_of_the_cells_is_not_on_the_page():
    (outcome,) = run_jobs(build_job("tiny"))
    assert b"load_view(interim" in outcome.files["safety.ipynb"]
    assert b"load_view(interim" not in outcome.files["safety.html"]


def test_a_failing_cell_is_named_in_one_line_and_its_notebook_kept():
    (outcome,) = run_jobs(build_job("raises"))
    assert outcome.error == (
        "cell 6 failed in line 2 of the cell: ValueError: record 007 of table ae: onset after end"
        "; the notebook as far as it came: safety.failed.ipynb"
    )
    assert not outcome.files
    kept = json.loads(outcome.failed)
    assert "ValueError" in str(kept)
    assert str(Path.home()) not in str(kept)


def test_exit_does_not_pass_for_a_finished_report():
    visible, hidden = run_jobs(build_job("exits"), build_job("exits_hidden"))
    assert "cell 5 (exit(0)) calls exit; a report runs to its end" in visible.error
    assert "cell 5 (import sys)" in hidden.error
    assert not visible.files
    assert not hidden.files


def test_a_dead_kernel_is_noticed_and_another_try_proposed():
    start = time.monotonic()
    (outcome,) = run_jobs(build_job("dies"))
    assert outcome.again
    assert "cell 5 (import os) ended its kernel" in outcome.error
    assert time.monotonic() - start < 30


def test_a_kernel_that_ends_before_it_answers_is_noticed_and_another_try_proposed():
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    waiting = WaitingKernel(pid, os.open(os.devnull, os.O_WRONLY))
    outcome = run_job(build_job("tiny"), waiting=waiting)
    assert outcome.again
    assert outcome.error.startswith("the kernel did not start (Kernel died before ")


def test_a_kernel_that_lives_and_does_not_answer_is_given_up_in_time(monkeypatch):
    async def never(_client):
        await asyncio.sleep(0.01)
        return False

    async def always(_client):
        return True

    monkeypatch.setattr(PromptClient, "_is_answered", never)
    monkeypatch.setattr(PromptClient, "is_alive", always)
    with pytest.raises(RuntimeError, match=r"didn't respond in 0\.05 seconds"):
        asyncio.run(PromptClient().wait_for_ready(timeout=0.05))


def test_a_cell_that_takes_too_long_is_stopped():
    (outcome,) = run_jobs(build_job("sleeps", limits=Limits(start=60, cell=1)))
    assert outcome.error.startswith("cell 5 (import time) took longer than 1 s; the notebook ")
    assert not outcome.again


def test_an_open_run_has_no_arm_to_ask_for():
    (outcome,) = run_jobs(build_job("asks_for_arms", audience="open"))
    assert outcome.error.startswith("cell 5 failed; why stands in safety.failed.ipynb")
    assert "the view holds no 'arms'" in outcome.failed.decode()


def test_an_open_run_never_holds_what_closed_cells_say():
    (outcome,) = run_jobs(build_job("closed_cells", audience="open"))
    assert outcome.error == ""
    assert set(outcome.files) == {"safety.html", "safety.ipynb", "tables/T-S-03c.csv"}
    assert b"Only for closed readers" not in b"".join(outcome.files.values())


def test_a_display_shown_twice_is_refused():
    (outcome,) = run_jobs(build_job("same_display_twice"))
    assert "T-S-03c is shown a second time" in outcome.error


def test_many_reports_at_once_agree_to_the_byte():
    outcomes = run_jobs(*[build_job("tiny")] * 6, size=4)
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0].error == ""


def test_no_process_and_no_scratch_folder_is_left(tmp_path, monkeypatch):
    place = "helpers.reporting.blinding.scratch.short_temporary_folder"
    monkeypatch.setattr(place, lambda: str(tmp_path))
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    run_jobs(build_job("tiny"), build_job("raises"), build_job("dies"))
    left = {child.pid for child in psutil.Process().children(recursive=True)} - before
    assert not [pid for pid in left if is_job(pid)]
    assert list(tmp_path.iterdir()) == []


def test_kernel_messages_go_through_files_and_never_through_the_network():
    (outcome,) = run_jobs(build_job("lists_its_sockets"))
    text = outcome.files["safety.ipynb"].decode()
    assert "connected: 0" in text


def test_what_a_person_has_set_does_not_reach_the_kernel(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    (outcome,) = run_jobs(build_job("tells_its_settings"))
    text = outcome.files["safety.ipynb"].decode()
    assert "UTC C.UTF-8 0 1" in text
    assert "inline" in text


@pytest.mark.parametrize("name", ["tiny", "raises"])
def test_progress_counts_cells(name):
    seen = []
    with open_pool(1) as pool:
        pool.submit(
            Task("run_job", (build_job(name),), kernel=True),
            lambda outcome: None,
            lambda error: None,
            lambda done, total: seen.append((done, total)),
        )
        pool.drain()
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len({total for _, total in seen}) == 1


class Interrupted(Exception):
    """Somebody ended the run."""


def test_a_task_that_still_runs_ends_with_its_pool(tmp_path):
    def interrupt(done, total):
        raise Interrupted

    pool = Pool(1, str(tmp_path))
    task = Task("run_job", (build_job("sleeps"),), kernel=True)
    pool.submit(task, lambda outcome: None, lambda error: None, interrupt)
    with pytest.raises(Interrupted):
        pool.drain()
    process = pool.running[0].process
    try:
        pool.stop()
        assert not process.is_alive()
    finally:
        process.kill()
