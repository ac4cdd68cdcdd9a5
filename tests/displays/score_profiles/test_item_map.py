"""Mean improvement of items: two items, one a part of a longer form, worked out by hand."""

import math

import pandas as pd
import pytest
from sample_response import make_response
from sample_scores import without_arm
from view_factory import read_frame

from helpers.displays.figures.parts import find_overlaps
from helpers.displays.model import Figure, Withheld
from helpers.displays.results import Key
from helpers.displays.score_profiles import item_map
from helpers.displays.score_profiles.item_map import order_items, plot_item_map
from helpers.view import View

# percent of the range; A and B have two items of the part, C one
ITEMS = read_frame("""
USUBJID QSCAT QSTESTCD QSTEST    QSPART    AVISIT IMPRPCT
A       NIHSS n1a      alertness alertness M03    50
B       NIHSS n1a      alertness alertness M03    0
C       NIHSS n1a      alertness alertness M03    -20
E       NIHSS n1a      alertness alertness M03    40
A       FMA   ue01     first     A__arm    M03    100
A       FMA   ue02     second    A__arm    M03    0
B       FMA   ue01     first     A__arm    M03    20
B       FMA   ue02     second    A__arm    M03    20
C       FMA   ue01     first     A__arm    M03    30
C       FMA   ue02     second    A__arm    M03    .
""").assign(AVAL=1.0, ANL01FL="Y")


def make(view: View) -> Figure:
    figure = plot_item_map(view)
    assert isinstance(figure, Figure)
    return figure


def test_an_item_has_the_mean_of_its_arm() -> None:
    """IV: 50, 0, -20. IT: one participant, no mean."""
    numbers = make(make_response(adqs=ITEMS)).statistics
    key = Key("ITT", "IV", "NIHSS", "M03", "alertness")
    assert numbers[key] == {"n": 3, "mean": 10}
    assert numbers[key._replace(arm="IT")]["n"] == 1
    assert math.isnan(numbers[key._replace(arm="IT")]["mean"])
    assert not [key for key in numbers if key.contrast]


def test_a_part_is_the_mean_over_the_items_that_have_both_values() -> None:
    """A 50, B 20, C 30."""
    numbers = make(make_response("ia2", adqs=ITEMS)).statistics
    row = numbers[Key("ITT", "IV", "FMA", "M03", "A arm")]
    assert row["n"] == 3
    assert row["mean"] == pytest.approx(100 / 3)


def test_items_stand_as_on_the_form_and_parts_by_name() -> None:
    rows = pd.DataFrame(
        [("n10", "speech", "speech"), ("n1b", "asked", "asked"), ("n2", "gaze", "gaze")],
        columns=["QSTESTCD", "QSTEST", "QSPART"],
    )
    assert order_items(rows) == ["asked", "gaze", "speech"]
    parts = pd.DataFrame(
        [("le01", "knee", "E leg"), ("ue01", "elbow", "A arm")],
        columns=["QSTESTCD", "QSTEST", "QSPART"],
    )
    assert order_items(parts) == ["A arm", "E leg"]


def test_texts_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str]] = []

    def look(figure: object, name: str) -> str:
        seen.extend(find_overlaps(figure))  # type: ignore[arg-type]
        return ""

    monkeypatch.setattr(item_map, "render_svg", look)
    make(make_response(adqs=ITEMS))
    assert seen == []


def test_it_is_left_out_without_changes_and_drawn_with_an_empty_arm() -> None:
    assert isinstance(plot_item_map(make_response()), Withheld)
    none = ITEMS.assign(IMPRPCT=ITEMS["IMPRPCT"].astype("Float64").mask(ITEMS["AVAL"] == 1.0))
    assert isinstance(plot_item_map(make_response(adqs=none)), Withheld)
    adsl = dict(without_arm("IT").datasets)["adsl"]
    assert "<svg" in make(make_response(adqs=ITEMS, adsl=adsl)).svg


def test_no_change_at_all_is_drawn() -> None:
    equal = ITEMS.assign(IMPRPCT=ITEMS["IMPRPCT"].where(ITEMS["IMPRPCT"].isna(), 0.0))
    assert "<svg" in make(make_response(adqs=equal)).svg
