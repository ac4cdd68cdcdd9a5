"""What goes into the alpha ledger, computed from views of the built-in export."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from trial_views import view_of_export

from helpers.models.looks import find_looks, find_now
from helpers.models.spending_lines import digest_draw, digest_key_values, list_spending
from helpers.view import ClosedView


@pytest.fixture(scope="module")
def views(export: Path) -> dict[str, ClosedView]:
    found = {}
    for name in ("ia2", "ia3", "fin"):
        view = view_of_export(export, name)
        assert isinstance(view, ClosedView)
        found[name] = view
    return found


def with_rows(view: ClosedView, **changed: object) -> ClosedView:
    return replace(view, datasets={**view.datasets, **changed})


def test_the_last_line_is_this_look_and_the_earlier_ones_are_as_they_were(
    views: dict[str, ClosedView],
) -> None:
    (then,) = list_spending(views["ia3"])
    again, now = list_spending(views["fin"])
    assert again == then
    look = find_now(find_looks(views["fin"]))
    assert (now.name, now.t, now.z, now.planned_t) == ("FIN", look.t, look.z, 1.0)
    assert now.cumulative == pytest.approx(0.05)
    assert then.planned_t == 0.5


def test_a_look_that_compares_nothing_has_no_line_and_one_asked_for_a_charge(
    views: dict[str, ClosedView],
) -> None:
    view = views["ia2"]
    assert list_spending(view) == []
    asked = replace(view, interim=view.interim.model_copy(update={"nonlook_contrasts": True}))
    (line,) = list_spending(asked)
    assert (line.kind, line.cumulative, line.z, line.planned_t) == ("CHARGED", 0.0001, None, None)


def test_a_charge_counts_in_what_is_spent_and_is_taken_off_the_final_look(
    views: dict[str, ClosedView],
) -> None:
    view = views["fin"]
    looks = view["compared_looks"]
    charge = looks.assign(
        INTERIM="IA2", SEQUENCE=2, CUTDT=pd.Timestamp("2022-11-14"), LOOK="CHARGED"
    )
    charge = charge.astype(looks.dtypes.to_dict())
    both = pd.concat([charge, looks], ignore_index=True)
    charged = list_spending(with_rows(view, compared_looks=both))
    plain = list_spending(view)
    assert [line.name for line in charged] == ["IA2", "IA3", "FIN"]
    assert charged[1].cumulative == pytest.approx(plain[0].cumulative + 0.0001, abs=1e-12)
    assert charged[1].z == plain[0].z
    assert charged[2].cumulative == pytest.approx(0.05, abs=1e-12)
    assert charged[2].z > plain[1].z


def test_the_digest_is_of_the_key_values_by_arm_and_of_nothing_else(
    views: dict[str, ClosedView],
) -> None:
    view = views["ia3"]
    rows, adsl = view["adeff"], view["adsl"]
    known = digest_key_values(view)
    turned = rows.iloc[::-1].reset_index(drop=True)
    assert digest_key_values(with_rows(view, adeff=turned)) == known
    key = (rows["PARAMCD"] == "NIHSSTOT") & (rows["AVISIT"] == "M06") & rows["CHG"].notna()
    other = rows.assign(AVAL=rows["AVAL"].where(rows["PARAMCD"] == "NIHSSTOT", 1.0))
    assert digest_key_values(with_rows(view, adeff=other)) == known
    place = rows.index[key][0]
    moved = rows.assign(CHG=rows["CHG"].where(rows.index != place, rows["CHG"] + 1))
    assert digest_key_values(with_rows(view, adeff=moved)) != known
    swapped = adsl["TRT01P"].map({"IV": "IT", "IT": "IV"}).fillna(adsl["TRT01P"])
    assert digest_key_values(with_rows(view, adsl=adsl.assign(TRT01P=swapped))) != known


def test_a_draw_of_synthetic_data_is_known_by_its_first_participants(
    views: dict[str, ClosedView],
) -> None:
    assert digest_draw(views["ia3"]) == digest_draw(views["fin"]) != ""
    later = views["fin"]["adsl"].assign(RANDDT=lambda rows: rows["RANDDT"] + pd.Timedelta(days=1))
    assert digest_draw(with_rows(views["fin"], adsl=later)) != digest_draw(views["fin"])
    assert digest_draw(replace(views["fin"], synthetic=False)) == ""
