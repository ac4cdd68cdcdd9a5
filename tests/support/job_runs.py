"""Jobs run in processes of their own, as a run of the program does."""

from dataclasses import replace

from small_views import build_small_view
from written_notebooks import write_notebook

from helpers.bundle import pack_view
from helpers.displays.catalogue import list_given
from helpers.reporting.jobs.job import Job, Outcome
from helpers.reporting.jobs.pool import open_pool
from helpers.reporting.jobs.task import Task

MARK = "Not a catalogued display: no number in results.csv, no suppression."
FRAME = 'import pandas as pd\npd.DataFrame({"term": ["<b>Fall</b>", "Fever"], "n": [1, 2]})'


def run_jobs(*jobs, size=2):
    """Outcomes of jobs run in processes of their own, in the order given."""
    outcomes = {}
    with open_pool(size) as pool:
        for place, job in enumerate(jobs):
            pool.submit(
                Task("run_job", (job,), kernel=True),
                lambda outcome, place=place: outcomes.__setitem__(place, outcome),
                lambda error, place=place: outcomes.__setitem__(place, Outcome(error=str(error))),
            )
        pool.drain()
    return [outcomes[place] for place in range(len(jobs))]


def run_cells(*sources: str, audience: str = "closed_unmasked", more: tuple[str, ...] = ()):
    """Outcome of a report of these cells; `more` are ids that the audience may see as well."""
    view = build_small_view(audience)
    if more:
        listed = (*list_given("open"), *more)
        view = replace(view, access=replace(view.access, displays=listed))
    job = Job(
        interim="ia3",
        audience=audience,
        report="safety",
        notebook=write_notebook(*sources),
        view=pack_view(view),
    )
    (outcome,) = run_jobs(job)
    return outcome
