"""Norms are data: the built-in file, a user's file, and what is wrong with a bad one."""

import pytest

from helpers.scales.items.read import ItemsError
from helpers.scales.sf36_norms import SCALES, builtin_norms, choose_norms, parse_norms, read_norms

HEADER = "norms,version,recall,scale,mean,sd,pcs_weight,mcs_weight,source\n"
ROWS = [f"xy2020,v2,four weeks,{scale},50,10,0.1,0.2,invented" for scale in SCALES]


def norms_text(rows=ROWS):
    return HEADER + "\n".join(rows) + "\n"


def test_the_built_in_norms_say_where_they_come_from():
    norms = builtin_norms()
    assert list(norms) == ["us1990", "us1998", "us1998_one_week"]
    assert all("USA" in one.source for one in norms.values())
    assert {name: one.version for name, one in norms.items()}["us1990"] == "v1"


def test_the_weights_of_1990_serve_every_built_in_population():
    assert len({(one.pcs_weight, one.mcs_weight) for one in builtin_norms().values()}) == 1
    assert builtin_norms()["us1998"].pcs_weight[1] == 0.35119  # 0.35111 is a known misprint


def test_a_user_adds_norms_with_a_file(tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text(norms_text(), encoding="utf-8")
    norms = read_norms(path)
    assert (norms.name, norms.mean[0], norms.source) == ("xy2020", 50, "invented")
    assert choose_norms("v2", norms) is norms


def test_the_order_of_rows_does_not_matter():
    text = norms_text([row.replace(",50,", f",{k},") for k, row in enumerate(ROWS)])
    lines = text.splitlines()
    shuffled = "\n".join([lines[0], *reversed(lines[1:])])
    assert parse_norms(text, "a") == parse_norms(shuffled, "b")


def test_a_file_of_several_norms_needs_a_name(tmp_path):
    path = tmp_path / "norms.csv"
    rows = ROWS + [row.replace("xy2020", "zz2021") for row in ROWS]
    path.write_text(norms_text(rows), encoding="utf-8")
    assert read_norms(path, "zz2021").name == "zz2021"
    with pytest.raises(ItemsError, match="xy2020, zz2021"):
        read_norms(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("norms,version\n", "missing column recall, scale"),
        (norms_text(ROWS[:-1]), "one row for each of PF"),
        (norms_text([*ROWS, ROWS[0]]), "one row for each of PF"),
        (norms_text([row.replace(",10,", ",0,") for row in ROWS]), "not positive"),
        (norms_text([row.replace(",50,", ",x,") for row in ROWS]), "lacking"),
        (norms_text([row.replace("v2", "v3") for row in ROWS]), "version must be v1 or v2"),
        (norms_text([ROWS[0].replace("v2", "v1"), *ROWS[1:]]), "version must be v1 or v2"),
    ],
)
def test_a_bad_norms_file_is_an_error_that_names_the_file(text, words):
    with pytest.raises(ItemsError, match=f"mine.csv.*{words}"):
        parse_norms(text, "mine.csv")


def test_a_norms_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ItemsError, match="cannot read norms file"):
        read_norms(tmp_path / "none.csv")


def test_component_ranges_hold_every_profile_of_extremes():
    norms = builtin_norms()["us1998"]
    low, high = norms.component_range("PCS")
    assert low < 22.37 < 59.01 < high
    assert norms.t_range("PF") == pytest.approx((14.943164, 57.032779))
