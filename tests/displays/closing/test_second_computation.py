from pathlib import Path

import pandas as pd
import pytest
from trial_views import shared_view

from helpers.displays.closing.paired_numbers import Number, pair_numbers
from helpers.displays.closing.second_computation import show_second_computation
from helpers.displays.lights.limits import show_lights
from helpers.displays.model import Page, Withheld
from helpers.displays.render import show_html
from helpers.displays.results import Key
from helpers.view import ClosedView, View


@pytest.fixture(scope="module")
def closed(export: Path) -> ClosedView:
    view = shared_view(export, "ia3")
    assert isinstance(view, ClosedView)
    return view


def other(view: View, **datasets: pd.DataFrame) -> ClosedView:
    names = ("trial", "interim", "access", "cutoff", "extract", "synthetic", "findings", "counts")
    kept = {name: getattr(view, name) for name in names}
    held = {name: rows for name, rows in {**view.datasets, **datasets}.items() if len(rows.columns)}
    return ClosedView(**kept, datasets=held)


def test_every_number_agrees_and_stands_beside_its_pair(closed: ClosedView) -> None:
    page = show_second_computation(closed)
    assert isinstance(page, Page)
    assert {light.state for light in page.lights} == {"ok"}
    n = len(pair_numbers(closed))
    assert n > 200
    assert page.headline == f"All {n} numbers agree."
    last = show_lights(closed)[-1].light
    assert (last.state, last.word, last.why[:3]) == ("ok", "Agrees", str(n))
    assert page.table is not None
    heads = [(head.label, head.note) for head in page.table.headers]
    assert heads[:2] == [("IV", "report"), ("IV", "again")]
    assert heads[-1] == ("Difference", "")
    numbers = page.table.statistics
    key = Key("SAF", "IV", "T-S-10.serious")
    report, again = (numbers[key._replace(subgroup=route)] for route in ("REPORT", "AGAIN"))
    assert report == again
    apart = [row["count"] for key, row in numbers.items() if key.subgroup == "DIFFERENCE"]
    assert set(apart) == {0.0}


def test_a_number_that_differs_is_named_in_red(closed: ClosedView) -> None:
    adae = closed["adae"]
    serious = (adae["ASERFL"] == "Y") & (adae["TRTEMFL"] == "Y") & (adae["TRT01A"] == "IV")
    first = adae.index[serious][0]
    wrong = adae.assign(ASERFL=adae["ASERFL"].mask(adae.index == first, None))
    page = show_second_computation(other(closed, adae=wrong))
    assert isinstance(page, Page)
    light = next(light for light in page.lights if light.name == "T-S-10")
    assert (light.state, light.word, light.display) == ("alert", "Differs", "T-S-10")
    first = show_lights(other(closed, adae=wrong))[0].light
    assert (first.name, first.state, first.display) == ("Second computation", "alert", "P-S-03")
    assert "do not rely on T-S-10" in first.why
    assert "serious, IV, events: " in light.why
    assert "numbers differ: do not rely on the displays named in red" in page.headline
    row = page.statistics[Key("SAF", "", "T-S-10.serious", subgroup="DIFFERENCE")]
    assert row["count"] >= 2  # in the arm and in the total
    assert 'class="state alert"' in show_html(page)


def test_a_number_that_the_report_does_not_have_differs() -> None:
    nan = float("nan")
    assert Number("T-S-10", Key(), "n", nan, 1.0).differs
    assert not Number("T-S-10", Key(), "n", 1.0, 1.0).differs


def test_without_a_stopping_rule_that_part_is_not_compared(closed: ClosedView) -> None:
    page = show_second_computation(other(closed, adstop=pd.DataFrame()))
    assert isinstance(page, Page)
    assert [light.state for light in page.lights] == ["ok", "ok", "none"]


def test_a_trial_that_is_not_counted_again_has_one_sentence(closed: ClosedView) -> None:
    withheld = show_second_computation(other(closed, recount=pd.DataFrame()))
    assert isinstance(withheld, Withheld)
    assert withheld.sentence == "The numbers of this trial are not computed a second time."
