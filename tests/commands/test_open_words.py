"""A word that tells of arms stops the publication of an open folder, wherever it stands."""

import shutil
from types import SimpleNamespace

import pytest
from program import OUT, PARAMS, call, read_folder
from written_notebooks import FINDINGS, write_notebook

from helpers.errors import RunError
from helpers.params import load_trial
from helpers.reporting.run import _Run


@pytest.mark.parametrize(
    ("source", "where"),
    [(f"# Đối chứng\n{FINDINGS}", "safety.ipynb: cell 5"), (f"{FINDINGS}  # CTL", "safety.ipynb")],
    ids=["vietnamese", "label"],
)
def test_a_planted_word_stops_the_folder_with_one_line_and_exit_code_one(
    published_before, run_one, notebooks, tmp_path, source, where
):
    before = read_folder(tmp_path / OUT)
    (notebooks / "safety_report.ipynb").write_bytes(write_notebook(source))
    ended = run_one("--json")
    assert ended.code == 1
    (line,) = ended.json["reports"]
    assert line["status"] == "failed"
    assert line["error"].startswith(where)
    assert line["error"].endswith(", which open readers may not get; nothing is published")
    assert "\n" not in line["error"]
    assert read_folder(tmp_path / OUT) == before


def test_a_word_in_what_the_index_repeats_stops_it_too(export, notebooks, tmp_path):
    """The label of an interim is on every page, the index among them."""
    params = shutil.copytree(PARAMS, tmp_path / "params")
    interim = params / "ia1.yaml"
    text = interim.read_text()
    (label,) = [line for line in text.splitlines() if line.startswith("interim_label:")]
    interim.write_text(text.replace(label, 'interim_label: "After the first infusion"'))
    places = ("--data", export, "--out", tmp_path / OUT, "--notebooks", notebooks)
    ended = call("run", "ia1", "--audience", "open", *places, "--params", params, "--json")
    assert ended.code == 1
    assert "holds the word 'infusion'" in ended.json["reports"][0]["error"]
    assert not (tmp_path / OUT / "ia1").exists()


def test_the_index_of_an_open_folder_is_searched_before_it_is_written(tmp_path):
    def build(words: bytes) -> _Run:
        pages = {"ia1/open/index.html": words, "ia1/closed_unmasked/index.html": b"placebo"}
        pool.submit = lambda task, write, give_up: write(pages)
        plan = SimpleNamespace(
            request=SimpleNamespace(out=tmp_path),
            trial=load_trial(PARAMS),
            targets=[SimpleNamespace(name="ia1", audience="open", closed=False, restricted=False)],
        )
        return _Run(plan, SimpleNamespace())

    pool = SimpleNamespace(drain=lambda: None)
    build(b"<p>pooled</p>")._renew_index(pool)
    page = tmp_path / "ia1" / "open" / "index.html"
    assert page.read_bytes() == b"<p>pooled</p>"
    with pytest.raises(RunError, match=r"ia1/open/index\.html: line 1 holds the word 'placebo'"):
        build(b"<p>placebo</p>")._renew_index(pool)
    assert page.read_bytes() == b"<p>pooled</p>"
