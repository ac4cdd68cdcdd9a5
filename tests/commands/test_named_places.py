"""Places that the parameters name: the alpha ledger and the mask key, as a run uses them."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from program import PARAMS, Ended, call, put_notebooks
from written_notebooks import write_notebook

SECRET = "0123456789abcdef0123456789abcdef"
CLOSED = ("--audience", "closed_unmasked", "--report", "efficacy", "--jobs", "1")
READING = (
    "from helpers.displays.efficacy.interpretation import show_interpretation\n"
    "show_interpretation(view)"
)


@pytest.fixture
def params(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("cdisc_pilot")
    return Path(shutil.copytree(PARAMS, tmp_path / "params", ignore=ignored))


@pytest.fixture
def run(export: Path, params: Path, tmp_path: Path):
    notebooks = put_notebooks(tmp_path / "notebooks")

    def start(*words: object, out: str = "out", env: dict[str, str] | None = None) -> Ended:
        places = ("--data", export, "--out", tmp_path / out, "--notebooks", notebooks)
        return call("run", *words, *places, "--params", params, env=env)

    return start


def change(params: Path, name: str, **keys: object) -> None:
    path = params / f"{name}.yaml"
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump(content | keys, sort_keys=False))


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def read(path: Path) -> list[object]:
    return [line["interim"] for line in read_lines(path)]


@pytest.fixture
def safe(params: Path, tmp_path: Path) -> Path:
    """A ledger beside the reports, which two looks of the trial name."""
    for name in ("ia3", "fin"):
        change(params, name, alpha_ledger="../looks.jsonl")
    return tmp_path / "looks.jsonl"


def test_a_named_ledger_is_shared_by_folders_of_reports_and_misses_no_look(
    run, safe: Path, tmp_path: Path
) -> None:
    alone = run("fin", *CLOSED)
    assert alone.code == 1
    assert "IA3 of 2023-04-18 compared arms before FIN and is not in it" in alone.out + alone.err
    assert not (tmp_path / "out" / "fin" / "closed_unmasked" / "efficacy.html").exists()
    assert run("ia3", *CLOSED, out="first").code == 0
    assert read(safe) == ["IA3"]
    assert run("fin", *CLOSED).code == 0
    assert read(safe) == ["IA3", "FIN"]
    assert not list(tmp_path.rglob("alpha_ledger.jsonl"))
    manifest = json.loads((tmp_path / "out/fin/closed_unmasked/manifest.json").read_text())
    assert manifest["parameters"]["values"]["alpha_ledger"] == "looks.jsonl"  # no folder of ours


def test_looks_of_one_call_are_booked_each_and_do_not_miss_each_other(run, safe: Path) -> None:
    ended = run("ia3", "fin", *CLOSED)
    assert ended.code == 0, ended.err
    assert read(safe) == ["IA3", "FIN"]
    assert read_lines(safe)[-1]["cumulative_alpha"] == pytest.approx(0.05)


def test_a_ledger_among_the_parameters_is_refused_before_anything_is_made(
    run, params: Path, tmp_path: Path
) -> None:
    change(params, "ia3", alpha_ledger="../params/looks.jsonl")
    ended = run("ia3", *CLOSED)
    assert ended.code == 2
    assert "which others than its owner read" in ended.err
    assert not (tmp_path / "out" / "ia3").exists()


def test_another_key_than_before_is_said_on_the_page(
    run, params: Path, safe: Path, tmp_path: Path
) -> None:
    notebook = tmp_path / "notebooks" / "efficacy_report.ipynb"
    notebook.write_bytes(write_notebook(READING))
    page = Path("fin") / "closed_unmasked" / "efficacy.html"
    assert run("ia3", *CLOSED).code == 0
    before = safe.read_bytes()
    assert run("fin", *CLOSED).code == 0
    assert "NOT AS PLANNED BEFORE" not in (tmp_path / "out" / page).read_text()
    safe.write_bytes(before)
    change(params, "fin", key_visit="M12")
    assert run("fin", *CLOSED, out="other").code == 0
    text = (tmp_path / "other" / page).read_text()
    assert "NOT AS PLANNED BEFORE: key NIHSSTOT at M12 chosen after data were seen" in text
    assert "before it was NIHSSTOT at M06 (alpha ledger)" in text


def test_the_key_that_the_parameters_name_makes_the_letters_and_the_call_wins(
    run, params: Path, tmp_path: Path
) -> None:
    masked = ("ia1", "--audience", "closed_masked", "--report", "safety", "--jobs", "1")
    change(params, "ia1", mask_key_ref="env:OWN_KEY")
    missing = run(*masked)
    assert missing.code == 2
    assert "env:OWN_KEY: the environment has no such variable" in missing.err
    seals = {}
    for out, env, words in (
        ("named", {"OWN_KEY": SECRET}, ()),
        ("same", {"THIRD": SECRET}, ("--mask-key", "env:THIRD")),
        ("other", {"OWN_KEY": SECRET, "THIRD": SECRET[::-1]}, ("--mask-key", "env:THIRD")),
    ):
        ended = run(*masked, *words, out=out, env=env)
        assert ended.code == 0, ended.err
        folder = tmp_path / out / "ia1" / "closed_masked"
        seals[out] = json.loads((folder / "manifest.json").read_text())["labels"]
        for file in folder.rglob("*"):
            assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    assert seals["named"] == seals["same"] != seals["other"]
    assert seals["named"]["note"] == ""  # no test key
