"""Section by section: no byte of an open or masked report depends on what its readers may not know.

A report is a pure function of the packed view, the notebook and the parameters: what leaves the
packed view as it was leaves the folder as it was. The normal suite takes two stories of the
invented trial, the slow one all five, and whole folders.
"""

import json
import re
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from altered_exports import NUMBER as NUMBER_IN_FOLDER
from altered_exports import WORD as WORD_IN_FOLDER
from altered_exports import copy_export, plant_canaries, reassign_arms
from dealt_tables import NUMBER, WORD, deal_hidden, plant_marks
from failing_cells import SPOKEN, fail_in, list_places
from job_runs import run_jobs
from leaks import find_in_bundle, read_all
from mini_export import PARAMS, trial
from text_export import Tables, read_tables, write_tables
from whole_program import run_interim

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.datasets.masked import mask as masking
from helpers.datasets.reader import Reader
from helpers.errors import ExportError
from helpers.masking.key import MaskKey
from helpers.masking.labels import draw_labels
from helpers.params import load_interim
from helpers.reporting.jobs.job import Job
from helpers.simulate import write_export

KEY = MaskKey(b"a key of the tests, long enough to be one")
LABELS = draw_labels(KEY, trial().study, [arm.code for arm in trial().arms])
BLIND = ("open", "closed_masked")
NORMAL, SLOW = ("modest", "sparse"), ("null", "benefit", "harm_it")
STORIES = [*NORMAL, *(pytest.param(story, marks=pytest.mark.slow) for story in SLOW)]
EVERY = [pytest.param(story, marks=pytest.mark.slow) for story in (*NORMAL, *SLOW)]
SWAP = {"IV": "IT", "IT": "CTL", "CTL": "IV"}
NEEDLES = (WORD.encode(), str(NUMBER).encode(), struct.pack("<d", NUMBER))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tables]:
    """Tables of a small trial that tells a story, made once."""
    made: dict[str, Tables] = {}

    def tell(story: str) -> Tables:
        if story not in made:
            folder = tmp_path_factory.mktemp(story)
            write_export(folder, n_per_arm=4, scenario=story, seed=5, format="csv")
            made[story] = read_tables(folder)
        return made[story]

    return tell


def pack(folder: Path, audience: str) -> bytes:
    interim = load_interim(PARAMS, "ia3", trial())
    key = KEY if audience == "closed_masked" else None
    view = build_view(
        folder, PARAMS, trial=trial(), interim=interim, audience=Reader(audience, key=key)
    )
    return pack_view(view)


@pytest.fixture(scope="module")
def usual(tables, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """The packed view of a story for an audience, made once."""
    made: dict[tuple[str, str], bytes] = {}

    def find(story: str, audience: str) -> bytes:
        if (story, audience) not in made:
            folder = write_tables(tables(story), tmp_path_factory.mktemp("usual"))
            made[story, audience] = pack(folder, audience)
        return made[story, audience]

    return find


@pytest.fixture(scope="module")
def altered(tables, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """The packed view where all that is hidden belongs to others and is full of marks, made once.

    Masked readers have other true arms under the same letters.
    """
    made: dict[tuple[str, str], bytes] = {}

    def find(story: str, audience: str) -> bytes:
        if (story, audience) not in made:
            dealt = deal_hidden(tables(story), seed=11, audience=audience)
            changed = {
                name for name, table in dealt.items() if not table.equals(tables(story)[name])
            }
            assert {"restricted/rand", "restricted/ex", "open/ae", "open/cm"} <= changed
            marked = plant_marks(dealt, audience)
            letters = LABELS
            if audience == "closed_masked":
                rand = marked["restricted/rand"]
                rand["ARMCD"] = rand["ARMCD"].map(SWAP)
                letters = {SWAP[arm]: letter for arm, letter in LABELS.items()}
            folder = write_tables(marked, tmp_path_factory.mktemp("altered"))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(masking, "draw_labels", lambda *_: letters)
                made[story, audience] = pack(folder, audience)
        return made[story, audience]

    return find


@pytest.mark.parametrize("story", STORIES)
def test_open_invariance_in_every_story(story, usual, altered):
    """Section 7.1."""
    assert altered(story, "open") == usual(story, "open")


@pytest.mark.parametrize("story", STORIES)
def test_label_invariance_in_every_story(story, usual, altered):
    """Section 7.2: other true arms under the same letters."""
    assert altered(story, "closed_masked") == usual(story, "closed_masked")


@pytest.mark.parametrize("audience", BLIND)
@pytest.mark.parametrize("story", STORIES)
def test_no_canary_is_in_the_view_of_a_blind_audience(story, audience, altered):
    """Section 7.3, before anything is made from the view."""
    assert [needle for needle in NEEDLES if needle in altered(story, audience)] == []


def test_an_open_run_without_the_restricted_folder_makes_the_same(tables, usual, tmp_path):
    """Section 7.6: the restricted side is not even there."""
    folder = write_tables(tables("sparse"), tmp_path)
    shutil.rmtree(folder / "restricted")
    assert pack(folder, "open") == usual("sparse", "open")


def test_a_masked_run_without_the_restricted_folder_makes_nothing(tables, tmp_path):
    """Section 7.6: it fails closed."""
    folder = write_tables(tables("sparse"), tmp_path)
    shutil.rmtree(folder / "restricted")
    with pytest.raises(ExportError, match="no arm can be masked"):
        pack(folder, "closed_masked")


def check_failures(report: str, places: list[tuple[int, str]], usual) -> None:
    jobs = [
        Job(
            interim="ia3",
            audience=audience,
            report=report,
            notebook=fail_in(report, place),
            view=usual("sparse", audience),
            overheard=True,
        )
        for place, audience in places
    ]
    for job, outcome in zip(jobs, run_jobs(*jobs), strict=True):
        assert outcome.error, job.name
        assert not outcome.files
        assert not outcome.results
        assert SPOKEN not in outcome.error.encode()
        assert SPOKEN in json.dumps(json.loads(outcome.failed)).encode()  # its owner's alone


@pytest.mark.parametrize("report", ["safety", "efficacy"])
def test_an_exception_in_the_first_a_middle_and_the_last_cell_publishes_nothing(report, usual):
    """Section 7.5."""
    places = []
    for audience in BLIND:
        own = list_places(report, audience)
        places += [(place, audience) for place in (own[0], own[len(own) // 2], own[-1])]
    check_failures(report, places, usual)


@pytest.mark.slow
@pytest.mark.parametrize("report", ["safety", "efficacy"])
def test_an_exception_in_each_cell_publishes_nothing(report, usual):
    places = [(place, audience) for audience in BLIND for place in list_places(report, audience)]
    assert len(places) > 30
    check_failures(report, places, usual)


@pytest.fixture(scope="module")
def story_export(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A whole export that tells a story."""

    def tell(story: str) -> Path:
        folder = tmp_path_factory.mktemp(story) / "export"
        write_export(folder, scenario=story, format="csv")
        return folder

    return tell


@pytest.mark.parametrize("story", EVERY)
def test_open_folders_are_the_same_to_the_byte_in_every_story(story, story_export, tmp_path):
    """Manifest, executed notebooks and sizes of files included."""
    whole = story_export(story)
    other = copy_export(whole, tmp_path / "export")
    reassign_arms(other, seed=7)
    folders = []
    for name, data in (("a", whole), ("b", other)):
        run_interim("ia3", "--audience", "open", "--data", data, "--out", tmp_path / name)
        folders.append(read_all(tmp_path / name / "ia3" / "open"))
    assert folders[0] == folders[1]


# the labels, and words that only somebody who knows the arm would use
TELLING = re.compile(
    r"(?<![\w/.-])(?:IV|IT|CTL|(?i:intravenous|intrathecal|placebo|lumbar|infusions?|dose[sd]?|"
    r"premedication|đối chứng|giả dược|truyền|tủy sống|liều|lô))(?![\w/-])"
)


@pytest.mark.parametrize("story", EVERY)
def test_folders_for_blind_readers_hold_no_canary_and_no_word_in_every_story(
    story, story_export, tmp_path
):
    """Sections 7.3 and 7.4 on finished folders; a run searches its own words as well."""
    data = copy_export(story_export(story), tmp_path / "export")
    plant_canaries(data)
    words = ("--audience", "open", "--data", data, "--out", tmp_path / "out")
    run_interim("ia3", *words)
    found = find_in_bundle(tmp_path / "out", WORD_IN_FOLDER.encode(), NUMBER_IN_FOLDER.encode())
    assert found == []
    whole = story_export(story)
    run_interim("ia3", "--audience", "closed_masked", "--data", whole, "--out", tmp_path / "out")
    for audience in BLIND:
        for name, content in read_all(tmp_path / "out" / "ia3" / audience).items():
            text = re.sub(rb"(?s)<style>.*?</style>", b" ", content).decode(errors="replace")
            if not name.endswith(".ipynb"):
                assert TELLING.search(text) is None, (name, TELLING.search(text))
