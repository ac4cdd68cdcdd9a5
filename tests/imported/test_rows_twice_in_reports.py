"""Rows that stand twice in an analysis data set, planted behind every check of the import."""

import io
import pickle
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from base_study import read_base
from job_runs import run_jobs
from study_files import import_into, propose_into, view_study, write_study

from helpers.bundle import pack_view
from helpers.reporting.jobs.job import Job, Outcome

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# what stands twice, and the report
RUNS = (
    ("", "safety"),
    ("", "efficacy"),
    ("adsl", "safety"),
    ("adsl", "efficacy"),
    ("adeff", "efficacy"),
    ("adae", "safety"),
)


@pytest.fixture(scope="module")
def outcomes(make_once) -> dict[tuple[str, str], Outcome]:
    """What comes of each run, made once for all workers."""

    def build(folder: Path) -> None:
        imported = import_into(folder / "data", write_study(folder / "in", read_base(), "parquet"))
        view = view_study(folder / "data", propose_into(folder / "params", imported))
        jobs = [make_job(plant(view, dataset), report) for dataset, report in RUNS]
        made = dict(zip(RUNS, run_jobs(*jobs), strict=True))
        (folder / "outcomes.pickle").write_bytes(pickle.dumps(made))

    return pickle.loads((make_once("rows twice", build) / "outcomes.pickle").read_bytes())


def make_job(view, report):
    notebook = (NOTEBOOKS / f"{report}_report.ipynb").read_bytes()
    return Job("final", "closed_unmasked", report, notebook, pack_view(view))


def plant(view, dataset):
    if not dataset:
        return view
    frame = view.datasets[dataset]
    twice = pd.concat([frame, frame], ignore_index=True)
    return replace(view, datasets={**view.datasets, dataset: twice})


BY_NUMBER = "F-S-20"  # participants by the number of their events, which doubles


def read_counts(outcome):
    """Counts of participants (n) by everything that a row is about."""
    rows = pd.read_csv(io.BytesIO(outcome.results), dtype=str, keep_default_na=False)
    rows = rows[(rows["statistic"] == "n") & (rows["display"] != BY_NUMBER)]
    return rows.drop(columns="method").apply(tuple, axis=1).tolist()


def test_the_untouched_study_is_published(outcomes):
    assert [outcomes["", report].error for report in ("safety", "efficacy")] == ["", ""]


@pytest.mark.parametrize(
    ("dataset", "report"),
    [("adsl", "safety"), ("adsl", "efficacy"), ("adeff", "efficacy")],
)
def test_participants_or_scores_counted_twice_stop_the_report_with_one_line(
    outcomes, dataset, report
):
    outcome = outcomes[dataset, report]
    assert "counted more than once" in outcome.error or "repeat a participant" in outcome.error
    assert "\n" not in outcome.error
    assert outcome.files == {}


def test_events_that_stand_twice_never_make_more_participants(outcomes):
    counts = read_counts(outcomes["", "safety"])
    assert len(counts) > 100
    assert read_counts(outcomes["adae", "safety"]) == counts
