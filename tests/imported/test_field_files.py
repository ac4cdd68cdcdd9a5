"""Files of other people that went wrong once: each gives the untouched numbers, or says why not."""

import pandas as pd
import pytest
import yaml
from base_study import BASE, FIELD
from study_files import (
    count,
    find_more_than_all,
    import_into,
    list_findings,
    propose_into,
    view_study,
)

from helpers.displays.results import Key
from helpers.displays.summary.at_a_glance import show_at_a_glance
from helpers.errors import InterimError
from helpers.imported.importing import import_analysis_data
from helpers.imported.mapping import ImportMapping
from helpers.imported.new_trial import propose_parameters

EMERGENT = ("T-S-10", *Key("SAF", "Total", "teae"))
SERIOUS = ("T-S-13", *Key("SAF", "Total", "ANY"))


def report(folder, source, mapping=None):
    """Numbers and findings of a folder of files, by its own untouched proposal."""
    imported = import_into(folder / "data", source, mapping)
    view = view_study(folder / "data", propose_into(folder / "params", imported))
    return view, count(view), [text for _, _, text in list_findings(view)]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    return report(tmp_path_factory.mktemp("base"), BASE)[1]


def both(numbers, key):
    return [numbers[(*key, statistic)] for statistic in ("n", "events")]


def count_first_screen(view):
    """Serious events of all participants on the first screen: events and participants."""
    rows = [r for r in show_at_a_glance(view).results if r.key.parameter == "SERIOUS"]
    return {r.statistic: r.value for r in rows if r.key.arm == "Total"}


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("02/adam_rows_twice", "rows that repeat another one in full; one of them is used"),
        ("04/adam_keys_sorted", ""),
        ("06/adam_plain", ""),
        ("06/adam_zone", ""),
        ("09/adam", "line ends of old Macintosh"),
        ("10/adam_decimal_comma", "numbers with a decimal comma"),
        ("11/adam_semicolons", "has semicolons between its cells"),
    ],
)
def test_the_numbers_are_those_of_the_untouched_study(tmp_path, untouched, place, says):
    _, numbers, said = report(tmp_path, FIELD / place)
    assert numbers == untouched
    assert not says or any(says in text for text in said)


def test_serious_events_without_a_date_count_on_the_first_screen_and_in_the_table(
    tmp_path, untouched
):
    view, numbers, said = report(tmp_path, FIELD / "01" / "adam")
    assert both(numbers, EMERGENT) == both(untouched, EMERGENT) == [18, 29]
    assert both(numbers, SERIOUS) == both(untouched, SERIOUS) == [7, 8]
    assert count_first_screen(view)["n"] == 7
    assert "5 events without a start; they count unless they ended before" in said


def test_an_event_of_a_month_before_the_first_dose_is_not_emergent(tmp_path):
    view, numbers, said = report(tmp_path, FIELD / "01" / "adam_partial_text")
    early = view["adae"]["AESTDTC"].str.startswith("2022").fillna(False)
    assert early.any()
    assert not (view["adae"].loc[early, "TRTEMFL"] == "Y").any()
    assert both(numbers, EMERGENT)[1] == int((~early & (view["adae"]["TRTEMFL"] == "Y")).sum())
    assert any("of whose start only month or year is known" in text for text in said)


@pytest.mark.parametrize(
    ("place", "says", "choice"),
    [
        ("adam_two_baselines", "they differ in BASETYPE", {"where": {"BASETYPE": ["LAST"]}}),
        ("adam_two_flagged", "2 records compete for 1 visits", {"competing": "first"}),
    ],
)
def test_records_that_compete_stop_until_somebody_chooses(tmp_path, untouched, place, says, choice):
    with pytest.raises(InterimError, match=says):
        report(tmp_path, FIELD / "02" / place)
    path = tmp_path / "params" / "trial.yaml"
    content = yaml.safe_load(path.read_text())
    rows = content["given"]["scores"]["TOT"]
    content["given"]["scores"]["TOT"] = {
        **rows, **choice, "where": {**rows["where"], **choice.get("where", {})},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    numbers = count(view_study(tmp_path / "data", tmp_path / "params"))
    assert numbers == untouched
    assert find_more_than_all(numbers) == []


def test_what_must_be_chosen_is_said_with_the_proposal():
    imported = import_analysis_data([FIELD / "02" / "adam_two_baselines"], ImportMapping())
    (line,) = propose_parameters(imported).first
    assert "records of each BASETYPE (AVERAGE, LAST): say in trial.yaml" in line


def test_na_is_no_arm_no_visit_and_no_reason(tmp_path):
    view, numbers, said = report(tmp_path, FIELD / "03" / "adam_NA")
    assert {arm.name for arm in view.trial.arms} == {"Placebo", "Verum"}
    assert not any("NA" in key[1:] for key in numbers)
    assert not {"NA"} & set(view["adeff"]["VISIT"]) | {"NA"} & set(view["adsl"]["EOSREAS"])
    assert sum("words for missing (NA) read as empty" in text for text in said) >= 3


def test_dates_ten_years_early_stop_and_name_the_day_0(tmp_path, untouched):
    with pytest.raises(InterimError) as caught:
        report(tmp_path, FIELD / "07" / "adam")
    assert "1970-01-01" in str(caught.value).splitlines()[0]
    assert "epoch" in str(caught.value).splitlines()[0]
    mapping = ImportMapping(epoch="1970-01-01")
    assert report(tmp_path, FIELD / "07" / "adam", mapping)[1] == untouched


def test_times_to_event_without_a_begin_or_in_months_are_read(tmp_path):
    plain, _, said = report(tmp_path / "a", FIELD / "12" / "adam_no_STARTDT")
    assert any("times without STARTDT" in text for text in said)
    assert plain["adtte"]["STARTDT"].notna().all()
    months, _, told = report(tmp_path / "b", FIELD / "12" / "adam_months")
    assert any("in months, read as 30.4375 days each" in text for text in told)
    assert months["adtte"]["AVAL"].median() > 5  # days, no months


@pytest.mark.parametrize(("share", "stops"), [(2, False), (3, True)])
def test_a_variable_that_loses_more_than_a_tenth_of_its_values_stops_the_import(
    tmp_path, share, stops
):
    for name in ("adae", "adqs"):
        (tmp_path / f"{name}.csv").write_bytes((BASE / f"{name}.csv").read_bytes())
    adsl = pd.read_csv(BASE / "adsl.csv", dtype=str, keep_default_na=False)
    adsl.loc[: share - 1, "AGE"] = "old"
    adsl.to_csv(tmp_path / "adsl.csv", index=False)
    notes = import_analysis_data([tmp_path], ImportMapping()).notes
    (note,) = notes[
        (notes["variable"] == "AGE") & (notes["severity"].isin(["S", "E"]))
    ].itertuples()
    assert (note.severity, note.records) == ("S" if stops else "E", share)
    kept = import_analysis_data([tmp_path], ImportMapping(lost_share=0.5)).notes
    assert set(kept.loc[kept["variable"] == "AGE", "severity"]) <= {"E", "W"}
