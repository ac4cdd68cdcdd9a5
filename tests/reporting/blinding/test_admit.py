"""Whatever a cell shows is held against its audience before anything is published."""

from dataclasses import replace

import nbformat.v4 as v4
import pytest
from nbformat import NotebookNode
from small_views import build_small_view

from helpers.bundle import pack_view, read_header
from helpers.displays import show
from helpers.displays.catalogue import list_given
from helpers.displays.data_status.finding_counts import tabulate_finding_counts
from helpers.displays.declare import load_catalogue, shown_as
from helpers.displays.model import (
    MIME,
    Cell,
    Display,
    Figure,
    Header,
    Line,
    Listing,
    Page,
    Table,
    Withheld,
)
from helpers.displays.render import page_style
from helpers.displays.results import Key, rows_of
from helpers.errors import RunError
from helpers.reporting.blinding.admit import Rules, admit_outputs, read_rules
from helpers.reporting.notebooks.harvest import format_results, format_twins, harvest_displays
from helpers.reporting.notebooks.prepare import PLACE

HEADERS = {a: read_header(pack_view(build_small_view(a))) for a in ("open", "closed_unmasked")}
OPEN, CLOSED = read_rules(HEADERS["open"]), read_rules(HEADERS["closed_unmasked"])
OWN = Key("ITT", "Total", "weekday", "", "MONDAY")
MAKER = "helpers.displays.data_status.finding_counts.tabulate_finding_counts"


def cell(*outputs: NotebookNode, source: str = "look(view)") -> NotebookNode:
    made = v4.new_code_cell(source, outputs=list(outputs), metadata={PLACE: 7})
    return v4.new_notebook(cells=[made])


def run_displays(*displays: Display, **changes: object) -> NotebookNode:
    outputs = []
    for display in displays:
        bundle = display._repr_mimebundle_()
        bundle[MIME] = {**bundle[MIME], **changes}
        outputs.append(v4.new_output("display_data", data=bundle))
    return cell(*outputs)


def table(name: str = "T-X-1", n: float = 5, maker: str = "") -> Table:
    return Table(
        name,
        "By weekday",
        "Everybody.",
        tuple(rows_of(OWN, {"n": n, "N": 37, "pct": 100 * n / 37})),
        headers=(Header("Total"),),
        lines=(Line("Monday", (Cell(OWN, show.n_pct()),)),),
        maker=maker,
    )


def refuse(notebook: NotebookNode, rules: Rules = OPEN) -> str:
    with pytest.raises(RunError) as error:
        admit_outputs(notebook, rules)
    assert "\n" not in str(error.value)
    return str(error.value)


def widen(*names: str) -> Rules:
    """The open rules with more displays on the list."""
    listed = frozenset({*list_given("open"), *names})
    return Rules("open", False, listed, OPEN.sentences, OPEN.small_cell)


def test_a_declared_and_listed_display_is_admitted_as_it_is():
    shown = run_displays(tabulate_finding_counts(build_small_view("open")))
    admitted = admit_outputs(shown, OPEN)
    assert admitted.cells[0].outputs == shown.cells[0].outputs
    assert [p["id"] for p in harvest_displays(admitted)] == ["T-S-03c"]


def test_a_table_built_in_a_cell_stops_an_open_report_and_says_how_to_make_it_a_display():
    said = refuse(run_displays(table()))
    assert said.startswith("cell 7 (look(view)): a display was not made by a declared function")
    assert '@shown_as(ID, title=..., audiences={"open": "pooled"}) in src/helpers/displays' in said
    assert "docs/add_a_display.md" in said


def test_what_a_declaration_does_not_give_is_not_shown_whatever_the_list_says():
    shown = run_displays(replace(table("T-S-10b"), maker=load_catalogue()["T-S-10b"].maker))
    for rules in (OPEN, widen("T-S-10b")):
        assert "its declaration does not give it to them" in refuse(shown, rules)


def test_a_display_that_a_cell_declares_needs_a_list_that_names_it():
    assert "the package does not declare it" in refuse(run_displays(table(maker="__main__.mine")))


def test_a_listed_id_is_not_enough_for_a_table_that_nobody_declared():
    assert "was not made by a declared function" in refuse(run_displays(table()), widen("T-X-1"))


def test_a_table_under_the_id_of_another_display_stops_every_report():
    for rules in (OPEN, CLOSED):
        said = refuse(run_displays(table("T-S-03c")), rules)
        assert f"T-S-03c is made by {MAKER} and by nothing else" in said


def test_a_function_under_the_id_of_another_display_stops_every_report():
    for rules in (OPEN, CLOSED):
        assert "by nothing else" in refuse(
            run_displays(table("T-S-03c", maker="__main__.mine")), rules
        )


def test_a_display_for_closed_readers_only_stops_an_open_report():
    maker = load_catalogue()["T-S-07"].maker
    assert "T-S-07 is no display for open readers" in refuse(
        run_displays(table("T-S-07", maker=maker))
    )
    assert admit_outputs(run_displays(table("T-S-07", maker=maker)), CLOSED)


@pytest.mark.parametrize("n", [1, 2])
def test_a_small_count_stops_an_open_report_whoever_made_it(n):
    declared = table(n=n, maker="__main__.mine")
    said = refuse(run_displays(declared), widen("T-X-1"))
    assert "holds counts above 0 and below 3, which open readers may not get" in said
    assert "2.7" not in said
    assert admit_outputs(run_displays(declared), CLOSED)


def test_no_event_is_no_small_count():
    assert admit_outputs(run_displays(table(n=0, maker="__main__.mine")), widen("T-X-1"))


def test_a_count_that_is_no_step_stops_an_open_report_whoever_made_it():
    declared = run_displays(table(n=3, maker="__main__.mine"))
    said = refuse(declared, widen("T-X-1"))
    assert "holds counts of participants as they are, where open readers get steps" in said
    assert admit_outputs(declared, CLOSED)


@pytest.mark.parametrize("text", ["1", "2 (5.4)", "1 / 8", "2 (5.4) [3]", " 1 "])
def test_a_small_count_typed_into_a_cell_is_one_too(text):
    typed = Table("T-X-1", "T", "", lines=(Line("a", (text,)),), maker="__main__.mine")
    assert "counts above 0" in refuse(run_displays(typed), widen("T-X-1"))


@pytest.mark.parametrize("text", ["0", "3", "12 (3.1)", "n.a.", "NE", "-", "2021-02-01", "1.5"])
def test_other_words_may_be_typed_into_a_cell(text):
    typed = Table("T-X-1", "T", "", lines=(Line("a", (text,)),), maker="__main__.mine")
    assert admit_outputs(run_displays(typed), widen("T-X-1"))


@pytest.mark.parametrize("kind", [Figure, Listing, Page])
def test_what_is_drawn_or_written_from_small_counts_cannot_be_published(kind):
    drawn = kind("T-X-1", "T", "", tuple(rows_of(OWN, {"n": 2})), maker="__main__.mine")
    assert "a figure or a page must not be made from them" in refuse(
        run_displays(drawn), widen("T-X-1")
    )


def test_the_declared_totals_of_serious_and_fatal_events_are_told_however_few():
    maker = load_catalogue()["T-S-10"].maker
    for row, admitted in (("serious", True), ("fatal", True), ("grade_ge3", False)):
        shown = Table(
            "T-S-10",
            "T",
            "",
            tuple(rows_of(Key("ITT", "Total", row), {"n": 1, "N": 37})),
            maker=maker,
        )
        if admitted:
            assert admit_outputs(run_displays(shown), OPEN)
        else:
            refuse(run_displays(shown))


def test_a_function_in_a_notebook_cannot_say_that_its_small_counts_are_shown():
    @shown_as("T-X-71", small_counts="shown")
    def mine(view: object) -> Table:
        return table("T-X-71", n=1)

    view = build_small_view("closed_unmasked")
    assert "counts above 0" in refuse(run_displays(mine(view)), widen("T-X-71"))


def test_words_in_the_place_of_a_display_are_those_written_beforehand():
    maker = load_catalogue()["T-S-11"].maker
    told = "The primary outcome is reviewed in closed session."
    assert admit_outputs(run_displays(Withheld("T-S-11", "", "", sentence=told, maker=maker)), OPEN)
    said = refuse(run_displays(Withheld("T-S-11", "", "", sentence="IV had three.", maker=maker)))
    assert "is withheld with words that" in said
    assert "three" not in said
    forged = Withheld("T-S-11", "", "", sentence=told, maker=maker)._repr_mimebundle_()
    forged["text/html"] = "<p>IV had three.</p>"
    refuse(cell(v4.new_output("display_data", data=forged)))


def test_an_id_that_a_cell_made_up_from_the_data_is_not_repeated():
    said = refuse(run_displays(table("IV-3-of-7")))
    assert "IV-3-of-7" not in said
    literal = run_displays(table("T-X-1"))
    literal.cells[0].source = 'Table("T-X-1")'
    assert "T-X-1" in refuse(literal)


@pytest.mark.parametrize(
    "payload", [None, "x", {"id": "T-X-1"}, {"id": 3, "kind": "table"}, {"id": "../x"}]
)
def test_what_only_looks_like_a_display_is_none(payload):
    output = v4.new_output("display_data", data={MIME: payload, "text/html": "<p>x</p>"})
    for rules in (OPEN, CLOSED):
        assert "is no display of ours" in refuse(cell(output), rules)


EXTRAS = {
    "a table": v4.new_output("execute_result", data={"text/html": "<table><td>5</td></table>"}),
    "a picture": v4.new_output("display_data", data={"image/png": "UElD", "text/plain": "<F>"}),
    "text": v4.new_output("stream", name="stdout", text="secret"),
    "something": v4.new_output("display_data", data={"application/x-any": "secret"}),
}


@pytest.mark.parametrize("what", EXTRAS)
def test_what_is_no_display_stops_an_open_report_and_is_not_repeated(what):
    said = refuse(cell(EXTRAS[what]))
    assert said.startswith(f"cell 7 (look(view)) shows {what} that is no display, which open")
    assert "@shown_as(ID, title=" in said
    assert "secret" not in said


@pytest.mark.parametrize("what", EXTRAS)
def test_what_is_no_display_goes_on_to_closed_readers_without_a_number(what):
    admitted = admit_outputs(cell(EXTRAS[what]), CLOSED)
    assert len(admitted.cells[0].outputs) == 1
    assert harvest_displays(admitted) == []


def test_an_undeclared_table_goes_on_to_closed_readers_without_a_number_or_a_twin():
    shown = run_displays(table(), tabulate_finding_counts(build_small_view("closed_unmasked")))
    displays = harvest_displays(admit_outputs(shown, CLOSED))
    assert "T-X-1" not in format_results("safety", displays).decode()
    assert list(format_twins(displays)) == ["tables/T-S-03c.csv"]


def test_warnings_are_nobody_s_and_the_style_of_displays_is_everybody_s():
    warning = v4.new_output("stream", name="stderr", text="careful")
    style = v4.new_output("display_data", data={"text/html": page_style(), "text/plain": "<HTML>"})
    for rules in (OPEN, CLOSED):
        (output,) = admit_outputs(cell(warning, style), rules).cells[0].outputs
        assert output.data == {"text/html": page_style()}


def test_raw_cells_attachments_and_other_forms_of_a_display_are_left_out():
    notebook = run_displays(tabulate_finding_counts(build_small_view("open")))
    notebook.cells[0].outputs[0].data["application/x-any"] = "secret"
    notebook.cells[0].outputs[0].metadata = {"secret": 1}
    text = v4.new_markdown_cell("words", attachments={"a.png": {"image/png": "secret"}})
    notebook.cells += [v4.new_raw_cell("secret"), text]
    for rules in (OPEN, CLOSED):
        admitted = admit_outputs(notebook, rules)
        assert [one.cell_type for one in admitted.cells] == ["code", "markdown"]
        assert "secret" not in str(admitted)


def test_nothing_that_runs_reaches_a_closed_notebook():
    html = "<script>alert(1)</script><b onclick='x'>bold</b>"
    output = v4.new_output(
        "display_data", data={"text/html": html, "application/javascript": "alert(1)"}
    )
    (kept,) = admit_outputs(cell(output), CLOSED).cells[0].outputs
    assert kept.data == {"text/html": "<p>bold</p>"}


@pytest.mark.parametrize(
    ("audience", "declaration"),
    [("open", '{"open": "pooled"}'), ("closed_masked", '{"closed_masked": "by label"}')],
)
def test_a_refusal_names_the_declaration_that_gives_the_display_to_its_readers(
    audience, declaration
):
    rules = replace(OPEN, audience=audience)
    with pytest.raises(RunError) as said:
        admit_outputs(cell(v4.new_output("stream", name="stdout", text="37")), rules)
    assert f"audiences={declaration}" in str(said.value)
