import ast
import re
from pathlib import Path
from typing import Any

import pytest
from trial_views import view_of_export
from view_factory import make_view, read_frame

from helpers.displays import show
from helpers.displays.declare import Declaration, is_declared, load_catalogue, shown_as
from helpers.displays.model import Cell, Header, Line, Table, Withheld
from helpers.displays.results import Key, rows_of
from helpers.errors import UsageError
from helpers.params.access import DATASETS
from helpers.view import View

DISPLAYS = Path(__file__).parents[2] / "src" / "helpers" / "displays"
EMPTY = read_frame("USUBJID  ITTFL")


def test_a_misspelt_data_set_is_refused_when_the_display_is_declared() -> None:
    with pytest.raises(UsageError) as error:
        shown_as("T-X-81", needs=("adaes",))
    assert str(error.value).startswith(
        "T-X-81 needs 'adaes', which is no data set; did you mean 'adae'? Known: adae, "
    )


def test_a_misspelt_variable_is_refused_when_the_display_is_declared() -> None:
    for words in ({"variables": ("ASRFL",)}, {"closed_variables": ("ASRFL",)}):
        with pytest.raises(UsageError, match=r"T-X-81: no sentence says .* without 'ASRFL'"):
            shown_as("T-X-81", needs=("adae",), **words)


@pytest.mark.parametrize(
    ("display_id", "words", "says"),
    [
        (
            "T-X-81",
            {"audiences": {"open": "pool"}},
            "audiences: open: found 'pool', allowed: pooled",
        ),
        (
            "T-X-81",
            {"audiences": {"closed_masked": "by arm"}},
            "audiences: closed_masked: found 'by arm', allowed: by label, pooled",
        ),
        ("T-X-81", {"audiences": {"open": "by label"}}, "open: found 'by label', allowed: pooled"),
        ("T-X-81", {"audiences": {"opne": "pooled"}}, "audiences: found 'opne', allowed: open"),
        ("T-X-81", {"needs": "adsl"}, "found 'adsl', allowed: a tuple of data sets"),
        ("Table 92", {}, "id of a display: found 'Table 92', allowed: T, F, L or P"),
    ],
)
def test_a_wrong_word_in_a_declaration_is_refused_with_those_allowed(
    display_id: str, words: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError) as error:
        shown_as(display_id, **words)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_maker_that_returns_another_id_is_refused() -> None:
    @shown_as("T-X-82")
    def tabulate_it(view: View) -> Table:
        return Table("T-X-83", "T", "")

    with pytest.raises(UsageError, match=r"tabulate_it is declared as T-X-82 and made T-X-83"):
        tabulate_it(make_view(adsl=EMPTY))


def test_a_maker_without_a_return_and_cells_without_a_header_are_refused() -> None:
    @shown_as("T-X-71")
    def tabulate_nothing(view: View) -> Table:
        Table(headers=(Header("IV"),))

    with pytest.raises(UsageError, match="T-X-71, gave NoneType and not a display: it ends with"):
        tabulate_nothing(make_view())

    @shown_as("T-X-72")
    def tabulate_too_much(view: View) -> Table:
        return Table(headers=(Header("IV"),), lines=(Line("Any", ("1", "2")),))

    with pytest.raises(UsageError, match="T-X-72: the line 'Any' has 2 cells, the table 1 headers"):
        tabulate_too_much(make_view())


def test_a_number_of_a_population_that_there_is_not_is_refused_with_the_nearest() -> None:
    @shown_as("T-X-74")
    def tabulate_nobody(view: View) -> Table:
        return Table(results=tuple(rows_of(Key("ITTT", "Total"), {"n": 1})))

    with pytest.raises(UsageError) as error:
        tabulate_nobody(make_view())
    assert str(error.value).startswith("T-X-74, a number of ")
    assert str(error.value).endswith(
        "found population 'ITTT', known: ENR, ITT, SAF, EFF, PP; did you mean 'ITT'?"
    )


def test_two_functions_cannot_make_one_display() -> None:
    load_catalogue()
    with pytest.raises(UsageError, match=r"T-S-10 is made by .*overview.tabulate_ae_overview;"):

        @shown_as("T-S-10")
        def tabulate_it(view: View) -> Table:
            return Table("T-S-10", "T", "")


def test_a_cell_may_declare_its_function_again() -> None:
    for _ in range(2):

        @shown_as("T-X-84")
        def tabulate_it(view: View) -> Table:
            return Table("T-X-84", "T", "")

    assert tabulate_it(make_view(adsl=EMPTY)).id == "T-X-84"


def test_what_a_declared_function_makes_carries_its_name() -> None:
    @shown_as("T-X-85", needs=("adae",), absent="There is none.")
    def tabulate_it(view: View) -> Table:
        return Table("T-X-85", "T", "")

    made = tabulate_it(make_view(adsl=EMPTY, adae=EMPTY))
    assert made.maker.endswith("tabulate_it")
    assert made.payload()["maker"] == made.maker
    withheld = tabulate_it(make_view(adsl=EMPTY))
    assert isinstance(withheld, Withheld)
    assert (withheld.sentence, withheld.maker) == ("There is none.", made.maker)


def test_only_the_declared_maker_makes_a_display() -> None:
    declared = load_catalogue()["T-S-10"]
    assert is_declared({"id": "T-S-10", "maker": declared.maker})
    assert not is_declared({"id": "T-S-10", "maker": "__main__.mine"})
    assert not is_declared({"id": "T-S-10", "maker": ""})
    assert is_declared({"id": "T-X-1", "maker": "__main__.mine"})
    assert not is_declared({"id": "T-X-1", "maker": ""})


def test_the_catalogue_names_the_maker_of_every_declaration_in_the_package() -> None:
    declared = {
        found: path.stem
        for path in DISPLAYS.rglob("*.py")
        for found in re.findall(r'@shown_as\(\s*"([^"]+)"', path.read_text())
    }
    catalogue = load_catalogue()
    assert set(catalogue) == set(declared)
    assert len(catalogue) >= 30
    for name, declaration in catalogue.items():
        assert isinstance(declaration, Declaration)
        assert declaration.maker.split(".")[-2] == declared[name]


def asked_of_views() -> set[tuple[str, str]]:
    """(data set, variable) of every `view.has("adsl", "DOSES")` with written names."""
    found = set()
    for path in DISPLAYS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "view.has":
                names = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found |= {(names[0], name) for name in names[1:]} if names else set()
    return found


def test_every_variable_that_a_display_asks_for_by_name_exists(export: Path) -> None:
    view = view_of_export(export, "ia3")
    asked = asked_of_views()
    assert len(asked) > 5
    assert [pair for pair in sorted(asked) if not view.has(*pair)] == []


def test_every_data_set_that_is_built_is_in_the_vocabulary(export: Path) -> None:
    built: set[str] = set()
    for audience in ("open", "closed_unmasked"):
        built |= set(view_of_export(export, "ia3", audience).datasets)
    assert built <= set(DATASETS)
    assert len(built) > 10


def weekdays(counts: dict[str, int]) -> Table:
    keys = {day: Key("ITT", "Total", "weekday", "", day) for day in counts}
    return Table(
        "T-X-86",
        "T",
        "",
        tuple(r for day, n in counts.items() for r in rows_of(keys[day], {"n": n, "N": 37})),
        headers=(Header("Total"),),
        lines=tuple(Line(day, (Cell(keys[day], show.n()),)) for day in counts),
    )


@shown_as("T-X-86", audiences={"open": "pooled"})
def tabulate_weekdays(view: View, counts: dict[str, int]) -> Table:
    """A display as an analyst writes it: no word about small counts."""
    return weekdays(counts)


@pytest.mark.parametrize(
    ("audience", "shown"), [("open", "<3"), ("closed_unmasked", "2")], ids=["open", "closed"]
)
def test_small_counts_are_hidden_from_open_readers_without_a_word_about_it(
    audience: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = make_view(audience, adsl=EMPTY)
    monkeypatch.setattr(type(view.access), "allows_display", lambda self, name: True)
    made = tabulate_weekdays(view, {"MONDAY": 2, "TUESDAY": 9})
    assert isinstance(made, Table)
    assert made.csv_copy()[1][0] == ["MONDAY", shown]
