"""`interim release`: the one way to hand out a report, whole or not at all."""

import datetime as dt
import hashlib
import io
import json
import re
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from program import PARAMS, call, command, put_notebooks, with_parameters

from helpers.errors import RunError, UsageError
from helpers.params import load_trial
from helpers.reporting.releasing import release as releasing
from helpers.reporting.releasing.release import Release, Released, release_folder

TRIAL = load_trial(PARAMS)
WHEN = dt.datetime(2023, 5, 2, 9, 30, tzinfo=dt.UTC)
OPEN, CLOSED = "ia1/open", "ia1/closed_unmasked"
NAMES = {
    OPEN: "NCT05292625_IA1_open_cutoff-{}.zip",
    CLOSED: "NCT05292625_IA1_closed_unmasked_cutoff-{}.zip",
}


@pytest.fixture(scope="module")
def made(make_once, export: Path) -> Path:
    """IA1 for open and closed readers and IA2 for open ones, from tiny notebooks."""

    def build(folder: Path) -> None:
        folder.mkdir()
        notebooks = put_notebooks(folder / "notebooks")
        places = ("--data", export, "--out", folder / "out", "--notebooks", notebooks)
        for words in (("ia1",), ("ia2", "--audience", "open")):
            ended = call("run", *words, *places)
            assert ended.code == 0, ended.err

    return make_once("reports to hand out", build) / "out"


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "reports")


def hand_out(out: Path, place: str = OPEN, to: str = "to", by: str = "A. Tran") -> Released:
    return release_folder(Release(out / place, out.parent / to, by, WHEN), TRIAL)


def read_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_lines(out: Path) -> list[dict]:
    text = (out / "releases.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("place", [OPEN, CLOSED])
def test_the_file_is_named_by_trial_interim_audience_and_cut_off(out, place):
    cutoff = json.loads((out / place / "manifest.json").read_text())["cutoff"]
    assert hand_out(out, place).path == out.parent / "to" / NAMES[place].format(cutoff)


@pytest.mark.parametrize("place", [OPEN, CLOSED])
def test_it_holds_pages_tables_numbers_and_a_readme_and_nothing_else(out, place):
    path = hand_out(out, place).path
    folder = f"{path.stem}/"
    members = read_zip(path)
    assert all(name.startswith(folder) for name in members)
    names = {name.removeprefix(folder) for name in members}
    tables = {f"tables/{table.name}" for table in (out / place / "tables").iterdir()}
    pages = {"index.html", "safety.html"}  # IA1 has a safety report only
    assert names == {"README.txt", "results.csv", "findings.csv", *pages, *tables}
    for name in names - {"README.txt", "index.html"}:
        assert members[folder + name] == (out / place / name).read_bytes()


def test_every_link_in_it_leads_to_something_in_it(out):
    path = hand_out(out, "ia2/open").path  # its first page compares with IA1
    members = {name.split("/", 1)[1]: content for name, content in read_zip(path).items()}
    for name, content in members.items():
        if name.endswith(".html"):
            links = re.findall(r'<a [^>]*href="([^"]*)"', content.decode())
            assert links
            assert all(link.startswith("#") or link in members for link in links), name
    assert "Compared with IA1." in members["index.html"].decode()


def test_the_readme_says_what_it_is_for_whom_and_the_digest_of_every_file(out):
    members = {
        name.split("/", 1)[1]: content for name, content in read_zip(hand_out(out).path).items()
    }
    text = members.pop("README.txt").decode()
    assert "NCT05292625 - Interim analysis 1 - open" in text
    assert "Data cut-off 2022-" in text
    assert "Synthetic data: invented participants" in text
    for name, content in members.items():
        assert f"{hashlib.sha256(content).hexdigest()}  {name}\n" in text


def test_the_same_folder_gives_the_same_bytes_on_another_day(out):
    first = hand_out(out, to="first").path.read_bytes()
    later = Release(out / OPEN, out.parent / "later", "B", WHEN + dt.timedelta(days=400))
    assert release_folder(later, TRIAL).path.read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for name in ("2023", "2024"):
        assert f"{name}-05-02".encode() not in first


def test_a_line_of_the_ledger_says_who_when_what_and_digests(out):
    released = hand_out(out, CLOSED)
    (line,) = read_lines(out)
    assert released.ledger == out / "releases.jsonl"
    manifest = json.loads((out / CLOSED / "manifest.json").read_text())
    assert (line["when"], line["by"]) == ("2023-05-02T09:30:00+00:00", "A. Tran")
    assert (line["study"], line["interim"], line["audience"]) == (
        "NCT05292625",
        "IA1",
        "closed_unmasked",
    )
    assert (line["cutoff"], line["extract"]) == (manifest["cutoff"], manifest["extract"])
    assert line["file"] == released.path.name
    assert line["sha256"] == hashlib.sha256(released.path.read_bytes()).hexdigest()
    for name, content in read_zip(released.path).items():
        assert line["files"][name.split("/", 1)[1]] == hashlib.sha256(content).hexdigest()


def test_the_ledger_is_added_to_and_is_for_its_owner_alone(out):
    for number in range(3):
        hand_out(out, to=f"to {number}", by=f"Nguyễn {number}")
    assert [line["by"] for line in read_lines(out)] == ["Nguyễn 0", "Nguyễn 1", "Nguyễn 2"]
    assert mode_of(out / "releases.jsonl") == 0o600


def test_what_closed_readers_get_is_for_its_owner_alone_and_so_is_its_new_folder(out):
    assert mode_of(hand_out(out, CLOSED, to="new").path) == 0o600
    assert mode_of(out.parent / "new") == 0o700
    assert mode_of(hand_out(out, OPEN, to="new").path) == 0o644


@pytest.mark.parametrize(
    "name", ["safety.html", "tables/T-S-03c.csv", "results.csv", "safety.ipynb"]
)
def test_a_file_that_was_changed_by_hand_is_named_and_nothing_leaves(out, name):
    path = out / OPEN / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    refuse(out, RunError, f"{name}: was changed since the report was published")


@pytest.mark.parametrize("name", ["manifest.json", "index.html"])
def test_a_changed_manifest_or_first_page_is_one_too(out, name):
    path = out / OPEN / name
    path.write_bytes(path.read_bytes() + b"\n")
    refuse(out, RunError, f"{name}: was changed")


def test_a_page_and_its_digest_changed_together_are_found_out(out):
    page, manifest = out / OPEN / "safety.html", out / OPEN / "manifest.json"
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_bytes(page.read_bytes() + b" ")
    text = manifest.read_text().replace(before, hashlib.sha256(page.read_bytes()).hexdigest())
    manifest.write_text(text)
    refuse(out, RunError, "manifest.json: was changed")


def test_a_file_that_is_missing_or_was_put_there_is_named(out):
    (out / OPEN / "minutes.txt").write_text("we agreed")
    refuse(out, RunError, "minutes.txt: was put there")
    (out / OPEN / "minutes.txt").unlink()
    (out / OPEN / "tables" / "T-S-03c.csv").unlink()
    refuse(out, RunError, "T-S-03c.csv: is missing")


def test_a_link_in_the_place_of_a_file_is_refused(out):
    path = out / OPEN / "safety.html"
    path.rename(out / "elsewhere.html")
    path.symlink_to(out / "elsewhere.html")
    refuse(out, RunError, "safety.html: is a link")


def test_an_earlier_manifest_that_was_changed_cannot_get_words_onto_the_first_page(out):
    path = out / OPEN / "manifest.json"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(RunError, match=r"ia1/open/manifest\.json: was changed"):
        hand_out(out, "ia2/open")


def test_what_a_desktop_leaves_behind_does_not_matter_and_does_not_leave(out):
    (out / OPEN / ".DS_Store").write_bytes(b"\x00")
    assert not [name for name in read_zip(hand_out(out).path) if "DS_Store" in name]


def refuse(out: Path, error: type[Exception], words: str, place: str = OPEN) -> None:
    with pytest.raises(error, match=re.escape(words)):
        hand_out(out, place)
    assert not (out.parent / "to").exists()
    assert not (out / "releases.jsonl").exists()


def test_a_report_whose_last_run_failed_is_older_than_it_looks_and_refused(out):
    (out / CLOSED / "safety.failed.ipynb").write_text("{}")
    refuse(out, RunError, "the last run of the safety report failed", CLOSED)
    (out / ".state" / "ia1-open-safety.failed.ipynb").write_text("{}")
    refuse(out, RunError, "the last run of the safety report failed")


def test_a_closed_folder_that_others_can_read_is_refused(out):
    (out / CLOSED).chmod(0o750)
    refuse(out, RunError, "others can read this closed folder (mode 750)", CLOSED)


@pytest.mark.parametrize("place", ["ia1", "ia9/open", ".", "ia1/open/tables"])
def test_what_is_no_published_folder_is_a_wrong_call(out, place):
    refuse(out, UsageError, "no report was published there", place)


def test_a_copy_outside_the_reports_has_no_record_and_is_refused(out, tmp_path):
    shutil.copytree(out / OPEN, tmp_path / "mine" / "x" / "open")
    with pytest.raises(UsageError, match="a copy of it elsewhere has no record"):
        hand_out(tmp_path / "mine", "x/open")


def test_a_closed_folder_under_the_name_of_an_open_one_is_refused(out):
    shutil.rmtree(out / OPEN)
    (out / CLOSED).rename(out / OPEN)
    (out / ".state" / "ia1-closed_unmasked.json").rename(out / ".state" / "ia1-open.json")
    (out / ".state" / "index.json").unlink()
    refuse(out, RunError, "its manifest is that of audience closed_unmasked")


def test_parameters_of_another_trial_are_refused(out):
    other = load_trial(PARAMS / "cdisc_pilot")
    with pytest.raises(UsageError, match="the report is of study NCT05292625"):
        release_folder(Release(out / OPEN, out.parent / "to", "A", WHEN), other)


def test_parameters_that_did_not_make_the_report_are_refused(out, tmp_path):
    """Arms renamed since would not be looked for."""
    params = shutil.copytree(PARAMS, tmp_path / "params")
    words = ("release", out / OPEN, "--to", out.parent / "to", "--by", "A", "--params", params)
    changed = (params / "trial.yaml").read_text()
    (params / "trial.yaml").write_text(changed.replace("label: IV,", "label: Verum,"))
    ended = call(*words)
    assert ended.code == 2
    assert "is not the file that the report was made with" in ended.err
    assert not (out.parent / "to").exists()
    (params / "trial.yaml").write_text(changed)
    assert call(*words).code == 0


def test_a_ledger_that_is_a_link_is_refused(out, tmp_path):
    (tmp_path / "other").touch()
    (out / "releases.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(RunError, match=r"releases\.jsonl: is a link"):
        hand_out(out)
    assert list((out.parent / "to").iterdir()) == []
    assert (tmp_path / "other").read_bytes() == b""
    assert (out / "releases.jsonl").is_symlink()


def test_a_file_that_exists_is_never_replaced(out):
    path = hand_out(out).path
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists, and a release is never replaced"):
        hand_out(out)
    assert path.read_text() == "mine"
    assert len(read_lines(out)) == 1


def test_a_release_into_a_published_folder_is_refused(out):
    for to in ("reports/ia1/open", "reports/ia1/closed_unmasked/new", "reports/ia1/open/tables"):
        with pytest.raises(UsageError, match=r"a release may not lie in the \w+ report"):
            hand_out(out, to=to)
    assert not (out / "releases.jsonl").exists()


def test_a_release_that_cannot_be_written_leaves_no_file_and_no_line(out, monkeypatch):
    hand_out(out, to="first")
    before = (out / "releases.jsonl").read_bytes()

    def fail(*paths: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(releasing, "hand_out", fail)
    with pytest.raises(RunError, match="No space left on device"):
        hand_out(out)
    assert list((out.parent / "to").iterdir()) == []
    assert (out / "releases.jsonl").read_bytes() == before


def test_where_the_ledger_cannot_be_written_nothing_is_handed_out(out):
    (out / "releases.jsonl").mkdir()
    with pytest.raises(RunError, match=r"releases\.jsonl"):
        hand_out(out)
    assert list((out.parent / "to").iterdir()) == []


def test_a_word_that_tells_of_an_arm_is_found_in_the_finished_bytes(out):
    arms = [arm.model_copy(update={"name": "Findings"}) for arm in TRIAL.arms[:1]]
    other = TRIAL.model_copy(update={"arms": (*arms, *TRIAL.arms[1:])})
    with pytest.raises(RunError, match="holds the word 'findings', which open readers may not get"):
        release_folder(Release(out / OPEN, out.parent / "to", "A", WHEN), other)
    assert not (out.parent / "to").exists()
    release_folder(Release(out / CLOSED, out.parent / "to", "A", WHEN), other)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201])
def test_who_hands_it_out_has_a_name(out, name):
    ended = call("release", out / OPEN, "--to", out.parent / "to", "--by", name)
    assert (ended.code, "--by: found" in ended.err) == (2, True)


def test_on_the_command_line_it_says_where_the_file_is_and_exits_by_what_happened(out):
    words = ("release", out / OPEN, "--to", out.parent / "to", "--by", "A. Tran")
    done = call(*words)
    assert done.code == 0
    assert "for open readers" in done.out
    again = call(*words, "--json")
    assert again.code == again.json["exit_code"] == 2
    assert "exists" in again.json["error"]
    (out / OPEN / "safety.html").write_text("mine")
    edited = call("release", out / OPEN, "--to", out.parent / "new", "--by", "A", "--json")
    assert edited.code == edited.json["exit_code"] == 1
    closed = call("release", out / CLOSED, "--to", out.parent / "to", "--by", "A", "--json")
    assert (
        closed.json["sha256"] == hashlib.sha256(Path(closed.json["path"]).read_bytes()).hexdigest()
    )
    assert dt.datetime.fromisoformat(closed.json["when"]).tzinfo is not None
    assert len(read_lines(out)) == 2


def test_of_two_releases_at_once_one_is_handed_out_and_written_down(out):
    words = ("release", out / OPEN, "--to", out.parent / "to", "--by", "A")
    calls = [
        subprocess.Popen(
            command(*with_parameters(words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert sorted(process.wait(120) for process in calls) == [0, 2, 2]
    for process in calls:
        process.communicate()
    assert len(read_lines(out)) == 1
    assert len(list((out.parent / "to").iterdir())) == 1
