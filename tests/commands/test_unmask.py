"""Who learns which letter is which arm writes it down first; the next closed report tells of it."""

import datetime as dt
import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from program import OUT, PARAMS, call, put_notebooks

from helpers.datasets.build import build_view
from helpers.displays.summary.title_page import show_title_page
from helpers.masking.key import TEST_KEY
from helpers.masking.labels import draw_labels
from helpers.params import load_interim, load_trial
from helpers.simulate import write_export

DAY = dt.date(2023, 5, 2)


@pytest.fixture(scope="module")
def reports(make_once, export: Path) -> Path:
    """A masked report of IA3, of tiny notebooks, and an open one beside it."""

    def build(folder: Path) -> None:
        notebooks = put_notebooks(folder / "notebooks") if folder.mkdir() is None else folder
        places = ("--data", export, "--out", folder / OUT, "--notebooks", notebooks)
        audiences = ("--audience", "closed_masked", "--audience", "open")
        ended = call("run", "ia3", *audiences, *places)
        assert ended.code == 0, ended.err

    return make_once("masked to unmask", build) / OUT / "ia3"


@pytest.fixture(autouse=True)
def no_trace(reports: Path) -> Iterator[None]:
    """The reports are shared; what a test has left beside them is not."""
    yield
    (reports.parent / "unmaskings.jsonl").unlink(missing_ok=True)


@pytest.fixture
def params(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PARAMS, tmp_path / "params"))


def read_seal(reports: Path) -> str:
    manifest = json.loads((reports / "closed_masked" / "manifest.json").read_text())
    return str(manifest["labels"]["seal"])


def write(params: Path, seal: str, **changes: object) -> None:
    entry = {"interim": "ia3", "date": DAY, "by": "A. Tran", "why": "harm in one arm", "seal": seal}
    (params / "committee.yaml").write_text(yaml.safe_dump({"unmaskings": [{**entry, **changes}]}))


def unmask(reports: Path, params: Path, *words: object):
    return call("unmask", reports / "closed_masked", "--params", params, *words)


def test_without_a_record_no_letter_is_said_but_what_to_write(reports, params):
    ended = unmask(reports, params)
    assert ended.code == 2
    assert ended.out == ""
    assert "no entry in `unmaskings` for this report" in ended.err
    assert f"seal: {read_seal(reports)}" in ended.err
    write(params, read_seal(reports), interim="ia2")  # of another report
    assert unmask(reports, params).code == 2


def test_with_a_record_each_letter_has_its_arm(reports, params):
    write(params, read_seal(reports))
    ended = unmask(reports, params)
    assert ended.code == 0, ended.err
    trial = load_trial(params)
    labels = draw_labels(TEST_KEY, trial.study, [arm.code for arm in trial.arms])
    arms = {letter: trial.arm(code) for code, letter in labels.items()}
    assert ended.out.splitlines() == [
        f"{letter} is {arms[letter].label} ({arms[letter].name})" for letter in sorted(arms)
    ]


def test_each_unmasking_leaves_a_line_for_its_owner_alone(reports, params):
    trace = reports.parent / "unmaskings.jsonl"
    unmask(reports, params)  # without a record
    assert not trace.exists()
    write(params, read_seal(reports))
    assert unmask(reports, params).code == unmask(reports, params).code == 0
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    assert len(lines) == 2
    assert {key: lines[0][key] for key in ("by", "date", "why", "interim", "seal")} == {
        "by": "A. Tran",
        "date": "2023-05-02",
        "why": "harm in one arm",
        "interim": "ia3",
        "seal": read_seal(reports),
    }
    assert stat.S_IMODE(trace.stat().st_mode) == 0o600
    assert lines[0]["when"].endswith("+00:00")


def test_where_no_line_can_be_written_no_letter_is_told(reports, params, tmp_path):
    trace = reports.parent / "unmaskings.jsonl"
    write(params, read_seal(reports))
    (tmp_path / "elsewhere").touch()
    trace.symlink_to(tmp_path / "elsewhere")
    ended = unmask(reports, params)
    assert (ended.code, ended.out) == (1, "")
    assert "is a link, no file of this folder; no letter is told" in ended.err
    assert (tmp_path / "elsewhere").read_bytes() == b""


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2999, 1, 1), "found 2999-01-01, allowed: a day that has come"),
        (dt.date(2022, 1, 1), "found 2022-01-01, allowed: the cut-off of ia3"),
    ],
)
def test_a_record_of_a_day_that_cannot_be_tells_no_letter(reports, params, day, words):
    write(params, read_seal(reports), date=day)
    ended = unmask(reports, params)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
    assert not (reports.parent / "unmaskings.jsonl").exists()


def test_parameters_that_did_not_make_the_report_tell_no_letter(reports, params):
    """Two arms whose names are exchanged there would be told the wrong way round."""
    write(params, read_seal(reports))
    with (params / "trial.yaml").open("a") as file:
        file.write("# changed\n")
    ended = unmask(reports, params)
    assert (ended.code, ended.out) == (2, "")
    assert "is not the file that the report was made with" in ended.err


def test_another_key_says_nothing_since_its_seal_is_another(reports, params):
    write(params, read_seal(reports))
    key = {"OTHER": "k" * 40}
    words = ("unmask", reports / "closed_masked", "--params", params, "--mask-key", "env:OTHER")
    ended = call(*words, env=key)
    assert (ended.code, ended.out) == (1, "")
    assert "its seal is not that of this key" in ended.err


def test_a_changed_masked_report_is_not_unmasked(reports, params, tmp_path):
    copy = Path(shutil.copytree(reports.parent, tmp_path / "copy"))
    write(params, read_seal(reports))
    page = copy / "ia3" / "closed_masked" / "safety.html"
    page.write_text(page.read_text() + " ")
    ended = call("unmask", copy / "ia3" / "closed_masked", "--params", params)
    assert (ended.code, ended.out) == (1, "")


def test_a_report_without_letters_has_none_to_say(reports, params):
    ended = call("unmask", reports / "open", "--params", params)
    assert ended.code == 2
    assert "is a report for open readers, without letters" in ended.err


@pytest.fixture(scope="module")
def few(make_once) -> Path:
    """An export of twelve participants: the title page is the same."""
    return make_once("export of few", lambda folder: write_export(folder, n_per_arm=4))


@pytest.mark.parametrize(
    ("name", "audience", "told"),
    [
        ("ia3", "closed_unmasked", False),
        ("ia4", "closed_unmasked", True),
        ("ia4", "closed_masked", False),
        ("ia4", "open", False),
    ],
)
def test_the_next_closed_report_tells_who_unmasked_when_and_why(few, params, name, audience, told):
    write(params, "0" * 64)
    trial = load_trial(params)
    interim = load_interim(params, name, trial)
    view = build_view(few, params, trial=trial, interim=interim, audience=audience)
    said = " ".join(show_title_page(view).sentences)
    words = "The masked report of IA3 was unmasked on 2 May 2023 by A. Tran: harm in one arm."
    assert (words in said) is told
    assert ("unmasked on" in said) is told
