"""Patterns of the ten participants of `sample_response`, counted by hand."""

import pytest
from sample_response import make_response
from sample_scores import one_person, without_scores
from table_cells import read_cells

from helpers.displays.missing_data.patterns import classify_pattern, tabulate_missing_patterns
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key


def make() -> Table:
    table = tabulate_missing_patterns(make_response())
    assert isinstance(table, Table)
    return table


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("OOOO", "COMPLETE"),
        ("OONN", "COMPLETE"),
        ("NNNN", "COMPLETE"),
        ("OODD", "MONOTONE"),
        ("OMLL", "MONOTONE"),
        ("OMOO", "INTERMITTENT"),
        ("MOOO", "INTERMITTENT"),
        ("OMOL", "INTERMITTENT"),
        ("OOMN", "MONOTONE"),
        ("MMMM", "MONOTONE"),
    ],
)
def test_a_pattern_is_complete_monotone_or_intermittent(pattern: str, kind: str) -> None:
    assert classify_pattern(pattern) == kind


def test_every_participant_has_one_pattern() -> None:
    """IV: A, B and C are complete, D died. IT: E, F missed month 6, G left. CTL: H, I left, J."""
    cells = read_cells(make())
    assert cells["O O O N"] == ("3 (75.0)", "1 (33.3)", "1 (33.3)", "5 (50.0)")
    assert cells["O D D D"] == ("1 (25.0)", "0", "0", "1 (10.0)")
    assert cells["O O M N"][1] == "1 (33.3)"
    assert cells["O L L L"][1] == "1 (33.3)"
    assert cells["O O L L"][2] == "1 (33.3)"
    assert cells["O O N N"][2] == "1 (33.3)"


def test_the_kinds_add_up_and_patterns_too() -> None:
    numbers = make().statistics
    for arm in ("IV", "IT", "CTL", "Total"):
        own = {k.category: r for k, r in numbers.items() if k[1:3] == (arm, "NIHSSTOT")}
        kinds = [own[kind]["n"] for kind in ("COMPLETE", "MONOTONE", "INTERMITTENT")]
        letters = [row["n"] for name, row in own.items() if set(name) <= set("OMNDL")]
        assert sum(kinds) == sum(letters) == own["COMPLETE"]["N"]


def test_baselines_of_the_complete_stand_beside_those_of_the_others() -> None:
    """A, B, C: 10, 12, 8; D: 16."""
    numbers = make().statistics
    key = Key("ITT", "IV", "NIHSSTOT", "BL", "BASELINE_COMPLETE")
    assert numbers[key] == pytest.approx({"n": 3, "mean": 10, "sd": 2})
    others = numbers[key._replace(category="BASELINE_OTHERS")]
    assert others["n"] == 1
    assert others["mean"] != others["mean"]


def test_a_form_that_came_without_a_score_is_missing() -> None:
    """FMS has no month 6 at all: received forms without a value."""
    assert "O O M N" in {
        line.label for line in make().lines[make().lines.index(_heading()) :] if line.cells
    }


def _heading() -> object:
    return next(line for line in make().lines if line.heading and line.label.startswith("FMS"))


def test_no_number_compares_arms_and_extremes_are_drawn() -> None:
    assert not [key for key in make().statistics if key.contrast]
    alone = make_response(adeff=one_person()["adeff"], adsl=one_person()["adsl"])
    assert isinstance(tabulate_missing_patterns(alone), Table)
    assert isinstance(
        tabulate_missing_patterns(make_response(adeff=without_scores()["adeff"])), Withheld
    )
