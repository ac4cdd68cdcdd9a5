"""Tables of the documents are those that the code makes, and the example of a display works."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from helpers.displays import declare

DOCS = Path(__file__).parents[1] / "docs"


def load(name: str, path: Path):
    found = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


writer = load("write_tables", DOCS / "write_tables.py")


@pytest.mark.parametrize("name", writer.TABLES)
def test_the_table_of_a_document_is_the_one_that_the_code_makes(name):
    path = DOCS / name
    assert path.read_text(encoding="utf-8") == writer.write_table(path), "run: make docs"


def test_every_display_has_a_title_a_chapter_and_readers():
    rows = [line.split(" | ") for line in writer.list_displays()[2:]]
    assert len(rows) >= 30
    for name, title, chapter, *_ in rows:
        assert title.strip(), name
        assert re.fullmatch(r"(safety|efficacy): .+", chapter), name


characteristics = load("characteristics", DOCS / "write_operating_characteristics.py")


def test_the_enumerated_coverages_are_those_of_the_code():
    assert characteristics.tabulate_exact_coverage() in characteristics.PAGE.read_text()


def test_the_page_of_operating_characteristics_is_the_one_that_its_command_writes():
    """But for the simulated figures, which take ten minutes."""

    def blank(text):
        text = re.sub(r"[+-]?\d[\d.,]*", "#", text)
        return re.sub(r"\| (yes|no|not told apart) (?=\|)", "| kept ", text)

    few = characteristics.Trials(known=10, model=2, curves=10)
    assert blank(characteristics.PAGE.read_text()) == blank(characteristics.write_page(few))


def test_no_plan_is_missed_on_the_page_of_operating_characteristics():
    rows = [line for line in characteristics.PAGE.read_text().splitlines() if line[:1] == "|"]
    verdicts = [cell for row in rows for cell in row.split(" | ")[1:]]
    assert not [cell for cell in verdicts if cell.strip(" |") == "no"]
    assert sum(cell.strip(" |") == "yes" for cell in verdicts) >= 20


class Method(NamedTuple):
    """One module of the statistics as the index shows it."""

    name: str
    source: str
    tests: list[str]
    public: dict[str, str]


@pytest.fixture(scope="module")
def methods():
    """Every module of the index of docs/methods.md, which is that of the code (above)."""
    found = []
    _, _, index = (DOCS / "methods.md").read_text().partition(writer.TABLES["methods.md"][0])
    for line in index.splitlines()[2:]:
        name, words, source, tests = re.split(r" *(?<!\\)\| *", line.removeprefix("| "))[:4]
        if name.startswith("**"):
            found.append(Method(name.strip("*`"), source, re.findall("`(.+?)`", tests), {}))
        else:
            found[-1].public[name.strip("`")] = words
    return found


def test_every_method_ends_its_docstring_with_its_source(methods):
    assert len(methods) > 50
    assert [method.name for method in methods if not method.source] == []


def test_every_method_has_a_test_that_imports_from_it_or_from_what_it_is_part_of(methods):
    assert [method.name for method in methods if not method.tests] == []
    named = {name for method in methods for name in method.tests}
    assert [name for name in named if not (DOCS.parent / "tests" / name).exists()] == []


def test_every_public_function_of_a_method_has_a_docstring(methods):
    assert sum(len(method.public) for method in methods) > 100
    bare = [(m.name, name) for m in methods for name, words in m.public.items() if not words]
    assert bare == []


def test_the_pages_of_the_methods_name_modules_that_exist(methods):
    known = {method.name.removeprefix("stats.") for method in methods}
    pages = [*DOCS.glob("methods_*.md")]
    heads = re.findall(r"(?m)^## .+$", "\n".join(page.read_text() for page in pages))
    named = {name for head in heads for name in re.findall(r"`(.+?)`", head)}
    assert named <= known
    # what only serves other modules, or all of them, has no page of its own
    served = {
        *("linear.covariate_columns", "estimates", "survival.step_tables"),
        *("mmrm.coefficients", "mmrm.description"),
    }
    assert known - named == served


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The module of docs/add_a_display.md, and the function of its test."""
    declare.load_catalogue()  # which is read once, so that no other test finds the example in it
    monkeypatch.syspath_prepend(str(DOCS.parent / "tests" / "displays"))
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / "add_a_display.md").read_text(), re.S)
    module, cell, test = blocks
    (tmp_path / "number_of_events.py").write_text(module)
    (tmp_path / "its_test.py").write_text(test)
    name = "helpers.displays.safety.number_of_events"
    monkeypatch.setitem(sys.modules, name, load(name, tmp_path / "number_of_events.py"))
    assert cell.strip() == "tabulate_number_of_events(view)"
    yield sys.modules[name], load("its_test", tmp_path / "its_test.py")
    declare._DECLARED.pop("T-S-91", None)


def test_the_example_of_a_display_is_made_for_both_readers_and_passes_its_test(example):
    from sample_trial import make_sample

    from helpers.displays.render import show_html

    module, test = example
    for check in (name for name in dir(test) if name.startswith("test_")):
        getattr(test, check)()
    closed = module.tabulate_number_of_events(make_sample())
    assert (closed.id, closed.title) == ("T-S-91", "Number of adverse events")
    assert {key.arm for key in closed.statistics} == {"IV", "IT", "CTL", "Total"}
    opened = module.tabulate_number_of_events(make_sample("open"))
    assert {key.arm for key in opened.statistics} == {"Total"}
    assert "T-S-91" in show_html(opened)


def test_the_example_is_in_no_report_yet():
    assert "T-S-91" not in "".join(writer.list_displays())
