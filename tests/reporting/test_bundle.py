from dataclasses import replace

import pandas as pd
import pytest
from small_views import build_adsl, build_small_view

from helpers.bundle import digest_view, pack_view, read_header, unpack_view
from helpers.errors import InterimError
from helpers.view import ClosedView, OpenView


def test_types_of_columns_survive_the_way_through_bytes():
    back = unpack_view(pack_view(build_small_view()))["adsl"]
    pd.testing.assert_frame_equal(back, build_adsl())
    assert list(back.dtypes) == list(build_adsl().dtypes)


def test_categories_without_persons_survive():
    back = unpack_view(pack_view(build_small_view()))["adsl"]
    assert list(back["TRT01A"].cat.categories) == ["IV", "IT", "CTL"]


def test_parameters_dates_and_access_survive():
    view = build_small_view("open")
    back = unpack_view(pack_view(view))
    assert (back.trial, back.interim, back.access) == (view.trial, view.interim, view.access)
    assert (back.cutoff, back.extract, back.synthetic) == (view.cutoff, view.extract, True)


@pytest.mark.parametrize(
    ("audience", "kind"), [("open", OpenView), ("closed_unmasked", ClosedView)]
)
def test_the_type_of_the_view_survives(audience, kind):
    assert type(unpack_view(pack_view(build_small_view(audience)))) is kind


def test_same_view_gives_same_bytes_whatever_the_order_of_its_data_sets():
    view = build_small_view()
    one = replace(view, datasets={"a": build_adsl(), "b": build_adsl()})
    other = replace(view, datasets={"b": build_adsl(), "a": build_adsl()})
    assert pack_view(one) == pack_view(other)


def test_packing_what_was_unpacked_gives_the_same_bytes():
    packed = pack_view(build_small_view())
    assert pack_view(unpack_view(packed)) == packed


def test_an_empty_data_set_keeps_its_columns():
    view = replace(build_small_view(), datasets={"adsl": build_adsl().iloc[:0]})
    back = unpack_view(pack_view(view))["adsl"]
    assert back.empty
    assert list(back.columns) == list(build_adsl().columns)
    assert back["RANDDT"].dtype == build_adsl()["RANDDT"].dtype


def test_every_data_set_has_a_digest_that_changes_with_its_content():
    view = build_small_view()
    changed = replace(view, datasets={"adsl": build_adsl().assign(WEIGHT=1.0)})
    one, other = digest_view(pack_view(view)), digest_view(pack_view(changed))
    assert set(one) == {"adsl", "findings", "counts"}
    assert one["adsl"] != other["adsl"]
    assert one["counts"] == other["counts"]


def test_header_is_read_without_the_data_sets():
    header = read_header(pack_view(build_small_view("open")))
    assert header["cutoff"] == "2022-12-31T00:00:00"
    assert header["access"]["restricted"] is False


def test_only_the_data_sets_asked_for_are_unpacked_beside_findings_and_counts():
    view = build_small_view()
    packed = pack_view(replace(view, datasets={"adsl": view["adsl"], "adae": view["adsl"]}))
    back = unpack_view(packed, only=("adsl",))
    assert list(back.datasets) == ["adsl"]
    assert back["adsl"].equals(unpack_view(packed)["adsl"])
    assert (len(back.findings), len(back.counts)) == (len(view.findings), len(view.counts))


def test_other_bytes_are_refused_in_words():
    with pytest.raises(InterimError, match="packed view cannot be read"):
        unpack_view(b"PK no zip at all")


def test_a_column_of_mixed_types_is_refused_with_the_name_of_the_data_set():
    view = replace(build_small_view(), datasets={"adsl": pd.DataFrame({"A": [1, "x"]})})
    with pytest.raises(InterimError, match="data set adsl mixes types"):
        pack_view(view)
