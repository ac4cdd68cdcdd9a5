"""Questionnaire rows: gaps, codes and methods at the stated rates."""

from collections import defaultdict

import pytest
from checked_export import read_csv, write

from helpers.simulate.instruments import INSTRUMENTS

ITEMS = {"NIHSS": 15, "FIM": 18, "MAS": 6, "FMA": 50, "SF36": 36}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = write(tmp_path_factory.mktemp("forms") / "large", n_per_arm=250, errors=False)
    return read_csv(folder / "open" / "qs.csv")


@pytest.fixture(scope="module")
def forms(rows):
    grouped = defaultdict(list)
    for row in rows:
        grouped[row["SUBJID"], row["VISIT"], row["QSCAT"]].append(row)
    return grouped


def test_the_instruments_have_their_items():
    assert {name: len(one.codes) for name, one in INSTRUMENTS.items()} == ITEMS


def test_two_percent_of_the_forms_are_missing_as_a_whole_with_a_reason(forms):
    missing = [part for part in forms.values() if part[0]["QSTESTCD"] == "ALL"]
    assert len(missing) / len(forms) == pytest.approx(0.02, abs=0.005)
    for (row,) in missing:
        assert row["QSSTAT"] == "NOT DONE"
        assert row["QSREASND"]
        assert row["QSORRES"] == ""


@pytest.mark.parametrize("name", ["FIM", "MAS", "FMA"])
def test_six_in_a_thousand_items_are_blank(forms, name):
    filled = [part for (_, _, form), part in forms.items() if form == name and len(part) > 1]
    blank = 1 - sum(len(part) for part in filled) / (ITEMS[name] * len(filled))
    assert blank == pytest.approx(0.006, abs=0.003)


def test_the_baseline_nihss_is_always_complete(forms):
    for (_, visit, name), part in forms.items():
        if (visit, name) == ("BL", "NIHSS"):
            assert len(part) == ITEMS["NIHSS"]


def test_one_percent_of_the_testable_nihss_items_is_untestable(rows):
    texts = [
        row["QSORRES"]
        for row in rows
        if row["QSCAT"] == "NIHSS" and row["QSTESTCD"] in ("n5a", "n5b", "n6a", "n6b", "n7", "n10")
    ]
    assert texts.count("UN") / len(texts) == pytest.approx(0.01, abs=0.004)


def test_half_a_percent_of_the_fim_items_did_not_occur(rows):
    texts = [row["QSORRES"] for row in rows if row["QSCAT"] == "FIM" and row["QSTESTCD"] != "ALL"]
    assert texts.count("NT") / len(texts) == pytest.approx(0.005, abs=0.001)


def test_proxies_answer_for_twelve_percent_and_for_most_with_aphasia(rows):
    method = {
        row["SUBJID"]: row["QSMETH"]
        for row in rows
        if row["QSCAT"] == "SF36" and row["VISIT"] == "BL"
    }
    aphasia = {
        row["SUBJID"]
        for row in rows
        if (row["VISIT"], row["QSTESTCD"]) == ("BL", "n9") and row["QSORRES"] > "0"
    }
    proxies = [person for person, how in method.items() if how == "PROXY"]
    assert len(proxies) / len(method) == pytest.approx(0.12, abs=0.03)
    affected = [how for person, how in method.items() if person in aphasia]
    assert affected.count("PROXY") / len(affected) == pytest.approx(0.60, abs=0.10)


def test_telephone_visits_have_no_scales(tmp_path):
    folder = write(tmp_path / "plain", errors=False)
    phoned = {
        (row["SUBJID"], row["VISIT"])
        for row in read_csv(folder / "open" / "sv.csv")
        if row["SVTYPE"] == "PHONE"
    }
    rated = {(row["SUBJID"], row["VISIT"]) for row in read_csv(folder / "open" / "qs.csv")}
    assert phoned
    assert not phoned & rated
