"""Adverse events: periods, dose reference, windows, seriousness, relation, primary outcome."""

import pandas as pd
import pytest
from mini_data import LATE, cut, derive_safety, event, interim, with_event
from mini_export import MiniExport, trial

from helpers.datasets.events.adae import build_adae, derive_uncoded_event
from helpers.datasets.subjects.adsl import build_adsl

# Person 001: randomised 2021-03-01 09:00, dose 1 2021-03-05 10:00, dose 2 2021-06-04 10:00.


@pytest.mark.parametrize(
    ("start", "before", "between", "emergent"),
    [
        ("2021-02-25T12:00", "Y", None, None),
        ("2021-03-03T12:00", "Y", "Y", None),
        ("2021-03-05T09:59", "Y", "Y", None),
        ("2021-03-05T10:00", None, None, "Y"),
        ("2021-03-05", None, None, "Y"),
        ("2022-03-04", None, None, "Y"),
    ],
)
def test_an_event_of_a_treated_person_is_emergent_from_the_first_dose(
    start, before, between, emergent
):
    row = event(with_event(AESTDTC=start))
    assert (row["PREFL"], row["BTWNFL"], row["TRTEMFL"]) == (before, between, emergent)


@pytest.mark.parametrize(
    ("start", "emergent"), [("2021-03-11", None), ("2021-03-12", "Y"), ("2021-03", "Y")]
)
def test_an_event_of_a_control_is_emergent_from_the_day_of_randomisation(start, emergent):
    row = event(with_event("003", AESTDTC=start), "003")
    assert row["TRTEMFL"] == emergent
    assert row["BTWNFL"] is None


def test_nothing_is_emergent_in_who_was_never_dosed():
    mini = with_event(AESTDTC="2021-04-01")
    mini.change("ex", {"SUBJID": "001"}, EXOCCUR="N", EXSTDTC=None, EXREASND="x")
    row = event(mini)
    assert (row["TRTEMFL"], row["BTWNFL"], row["AFTRANFL"]) == (None, None, "Y")


def test_while_the_first_dose_is_awaited_an_event_is_one_before_it():
    row = event(with_event(AESTDTC="2021-03-03"), cutoff="2021-03-04")
    assert (row["TRTEMFL"], row["BTWNFL"], row["NODOSEFL"]) == (None, "Y", None)


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        # randomised on 1 March, dosed on the 5th
        ("2021-02", None, None),
        ("2021-03", None, "Y"),
        ("2021", None, "Y"),
        (None, None, "Y"),
        ("2021", "2021-02-20", None),
        (None, "2021-02-28", None),
        (None, "2021-03-01", "Y"),
    ],
)
def test_what_may_have_begun_after_randomisation_did_for_every_reader(start, end, after):
    mini = with_event(AESTDTC=start, AEENDTC=end, AEONGO="N" if end else "Y")
    assert event(mini)["AFTRANFL"] == after
    # who may not know the doses counts the same
    records = cut(mini)
    tables = {name: rows for name, rows in records.tables.items() if name not in ("ex", "rand")}
    records = records.with_tables(tables)
    adsl = build_adsl(records, trial(), pd.Timestamp(LATE))
    openly = build_adae(records, adsl, trial(), interim())
    row = openly[(openly["SUBJID"] == "001") & (openly["AESEQ"] == 1)].iloc[0]
    assert row["AFTRANFL"] == after


def test_a_month_of_randomisation_before_that_of_the_dose_is_after_randomisation():
    """The dose in April moves no start in March; in March it may have begun after the 1st."""
    mini = with_event(AESTDTC="2021-03", AEENDTC=None, AEONGO="Y")
    mini.change("rand", {"SUBJID": "001"}, RANDDTC="2021-03-20T09:00")
    mini.change("ds", {"SUBJID": "001", "DSDECOD": "RANDOMIZED"}, DSSTDTC="2021-03-20")
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXSTDTC="2021-04-02T10:00",
                EXENDTC="2021-04-02T11:00")  # fmt: skip
    row = event(mini)
    assert (row["AFTRANFL"], row["BTWNFL"], row["TRTEMFL"]) == ("Y", "Y", None)


@pytest.mark.parametrize(
    ("start", "dose", "hours"),
    [
        ("2021-03-05T09:59", None, None),
        ("2021-03-05T10:00", 1, 0.0),
        ("2021-06-04T09:00", 1, 2183.0),
        ("2021-06-04T10:00", 2, 0.0),
        ("2021-06-05T10:30", 2, 24.5),
        ("2021-06-04", 2, 1 / 60),
    ],
)
def test_an_event_refers_to_the_latest_dose_begun_by_then(start, dose, hours):
    row = event(with_event(AESTDTC=start))
    if dose is None:
        assert pd.isna(row["DOSEREF"])
    else:
        assert (row["DOSEREF"], row["HRSINF"]) == (dose, pytest.approx(hours))


@pytest.mark.parametrize("withheld", [{"EXOCCUR": "N"}, {"EXDOSE": "0"}])
def test_doses_are_counted_by_time_as_the_table_of_administrations_does(withheld):
    """The site numbers what it plans: where dose 1 was not given, the first dose is its dose 2."""
    mini = with_event(AESTDTC="2021-06-05T10:30")
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, **withheld)
    row = event(mini)
    assert (row["DOSEREF"], row["HRSINF"]) == (1, pytest.approx(24.5))


@pytest.mark.parametrize(
    ("start", "flags", "time"),
    [
        ("2021-03-05T16:00", "YYYY", "0-6 h"),
        ("2021-03-05T16:01", "YYYY", ">6-24 h"),
        ("2021-03-06T10:00", "YYYY", ">6-24 h"),
        ("2021-03-06T10:01", "-YYY", ">24-72 h"),
        ("2021-03-08T10:00", "-YYY", ">24-72 h"),
        ("2021-03-08T10:01", "--YY", ">72 h-7 d"),
        ("2021-03-12T10:00", "--YY", ">72 h-7 d"),
        ("2021-03-12T10:01", "---Y", ">7-30 d"),
        ("2021-04-04T10:00", "---Y", ">7-30 d"),
        ("2021-04-04T10:01", "----", ">30 d"),
        ("2021-03-05T08:00", "----", None),
        # a date alone counts by whole days and errs towards inclusion
        ("2021-03-05", "YYYY", "day 0-1"),
        ("2021-03-06", "YYYY", "day 0-1"),
        ("2021-03-07", "-YYY", ">24-72 h"),
        ("2021-03-08", "-YYY", ">24-72 h"),
        ("2021-03-12", "--YY", ">72 h-7 d"),
        ("2021-04-04", "---Y", ">7-30 d"),
        ("2021-04-05", "----", ">30 d"),
    ],
)
def test_windows_are_cumulative_and_closed_above_and_bins_are_disjoint(start, flags, time):
    row = event(with_event(AESTDTC=start))
    names = ("W24FL", "W72FL", "W7DFL", "W30FL")
    assert "".join(row[name] or "-" for name in names) == flags
    assert row["BIN"] == time
    assert row["ADMINFL"] == row["W72FL"]


def test_an_event_that_goes_on_beyond_the_second_dose_belongs_to_the_first():
    row = event(with_event(AESTDTC="2021-06-01T10:00", AEENDTC="2021-06-10"))
    assert row["DOSEREF"] == 1


def test_a_control_has_no_dose_to_refer_to():
    row = event(MiniExport(), "003")
    assert pd.isna(row["DOSEREF"])
    assert [row[name] for name in ("W24FL", "ADMINFL", "BIN", "AAFL", "RELFL")] == [None] * 5


@pytest.mark.parametrize(
    ("values", "serious", "imputed"),
    [
        ({}, None, None),
        ({"AESER": "Y", "AESMIE": "Y"}, "Y", None),
        ({"AESHOSP": "Y"}, "Y", "Y"),
        ({"AESER": None, "AESDTH": "Y"}, "Y", "Y"),
        ({"AESER": "Y"}, "Y", None),
    ],
)
def test_any_criterion_makes_an_event_serious(values, serious, imputed):
    row = event(with_event(**values))
    assert (row["ASERFL"], row["SERIMPFL"]) == (serious, imputed)


@pytest.mark.parametrize(
    ("died", "values", "flags"),
    [
        # grade 5, recovered, and alive: nobody died
        (None, {"AETOXGR": "5", "AEOUT": "RECOVERED"}, (None, None, None, "Y")),
        (None, {"AETOXGR": "5", "AEOUT": "FATAL"}, ("Y", "Y", "Y", None)),
        (None, {"AEOUT": "FATAL"}, ("Y", "Y", "Y", None)),
        ("2021-04-01", {"AETOXGR": "5", "AEOUT": None, "AEENDTC": None}, ("Y", "Y", "Y", None)),
        ("2021-09-01", {"AETOXGR": "5", "AEENDTC": "2021-04-01"}, (None, None, None, "Y")),
        ("2021-04-01", {"AETOXGR": "4"}, (None, None, None, None)),
    ],
)
def test_fatal_is_what_somebody_died_of_and_it_is_serious(died, values, flags):
    mini = with_event(**values)
    if died:
        mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC=died)
    row = event(mini)
    assert tuple(row[n] for n in ("FATALFL", "ASERFL", "SERIMPFL", "GR5ALVFL")) == flags


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ({"AEREL": "UNLIKELY"}, (None, None, None, None)),
        ({"AEREL": "POSSIBLE"}, ("Y", None, "Y", None)),
        ({"AERELPR": "DEFINITE"}, (None, "Y", "Y", None)),
        ({"AEREL": None}, ("Y", None, "Y", "Y")),
        ({"AEREL": None, "AERELPR": None}, ("Y", "Y", "Y", "Y")),
    ],
)
def test_missing_causality_counts_as_related_and_is_said(values, flags):
    row = event(with_event(**values))
    assert tuple(row[n] for n in ("RELPRODFL", "RELPROCFL", "RELFL", "RELIMPFL")) == flags


def test_missing_causality_is_not_applicable_in_a_control_but_a_recorded_one_is_kept():
    names = ("RELPRODFL", "RELPROCFL", "RELFL", "RELIMPFL")
    row = event(with_event("003", AEREL=None, AERELPR=None), "003")
    assert [row[n] for n in names] == [None] * 4
    row = event(with_event("003", AEREL="DEFINITE", AERELPR=None), "003")
    assert [row[n] for n in names] == ["Y", None, "Y", None]


@pytest.mark.parametrize(
    ("term", "subject", "start", "primary"),
    [
        ("Fever", "001", "2021-03-08T10:00", "Y"),
        ("Fever", "001", "2021-03-08T10:01", None),
        ("Infusion site pain", "001", "2021-03-05T12:00", "Y"),
        ("Post-puncture headache", "001", "2021-03-05T12:00", None),
        ("Shoulder pain", "001", "2021-03-05T12:00", None),
        ("Seizure", "001", "2021-03-05T12:00", None),
        ("Fever", "001", "2021-03-04T12:00", None),
    ],
)
def test_the_primary_outcome_is_a_listed_term_of_the_route_within_the_window(
    term, subject, start, primary
):
    assert event(with_event(subject, AEDECOD=term, AESTDTC=start))["AAFL"] == primary


def test_a_missing_grade_stays_missing():
    assert pd.isna(event(with_event(AETOXGR=None))["ATOXGR"])


@pytest.mark.parametrize(
    ("values", "stopping"),
    [
        # near a dose, related, grade 3 or serious
        ({"AESTDTC": "2021-03-12T10:00", "AEREL": "POSSIBLE", "AETOXGR": "3"}, "Y"),
        ({"AESTDTC": "2021-03-12T10:01", "AEREL": "POSSIBLE", "AETOXGR": "3"}, None),
        ({"AESTDTC": "2021-03-06", "AEREL": "POSSIBLE", "AETOXGR": "2"}, None),
        ({"AESTDTC": "2021-03-06", "AEREL": "POSSIBLE", "AESHOSP": "Y"}, "Y"),
        ({"AESTDTC": "2021-03-06", "AEREL": None, "AETOXGR": "3"}, "Y"),
        ({"AESTDTC": "2021-03-06", "AEREL": "UNLIKELY", "AETOXGR": "4"}, "Y"),  # headache: listed
        ({"AESTDTC": "2021-03-06", "AEDECOD": "Fall", "AETOXGR": "4"}, None),
        # related death, and terms that count at any time
        ({"AESTDTC": "2021-12-01", "AEREL": "POSSIBLE", "AEOUT": "FATAL"}, "Y"),
        ({"AESTDTC": "2021-12-01", "AEOUT": "FATAL"}, None),
        ({"AESTDTC": "2021-12-01", "AEREL": "POSSIBLE", "AETOXGR": "5"}, None),
        ({"AESTDTC": "2021-12-01", "AEDECOD": "Anaphylaxis"}, "Y"),
        ({"AESTDTC": "2021-12-01", "AEDECOD": "Bacterial meningitis"}, "Y"),
        # terms that count near a dose only
        ({"AESTDTC": "2021-06-11T10:00", "AEDECOD": "Seizure"}, "Y"),
        ({"AESTDTC": "2021-06-11T10:01", "AEDECOD": "Seizure"}, None),
        # before the first dose nothing counts
        ({"AESTDTC": "2021-03-03", "AEDECOD": "Anaphylaxis"}, None),
    ],
)
def test_events_of_the_stopping_rule(values, stopping):
    assert event(with_event(**values))["SEVTOXFL"] == stopping


NO_TERM = {"AEDECOD": "UNCODED"}
NEAR, IN_WINDOW, LATER = "2021-03-10T10:00", "2021-03-06", "2021-12-01"  # of dose 1, 2021-03-05


@pytest.mark.parametrize("term", ["UNCODED", "uncoded ", None])
@pytest.mark.parametrize(
    "values",
    [
        {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AETOXGR": "3"},
        {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AESER": "Y"},
        {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AETOXGR": "2", "AESHOSP": "Y"},
        {"AESTDTC": NEAR, "AEREL": None, "AERELPR": None, "AETOXGR": "4"},  # counts as related
        {"AESTDTC": LATER, "AEREL": "POSSIBLE", "AEOUT": "FATAL"},
    ],
)
def test_an_uncoded_event_counts_where_the_rule_needs_no_term(values, term):
    found = event(with_event(**{**values, "AEDECOD": term}))
    assert (found["SEVTOXFL"], found["UNCSTPFL"]) == ("Y", None)


@pytest.mark.parametrize(
    "values",
    [
        {"AESTDTC": IN_WINDOW, "AEREL": "UNLIKELY", "AETOXGR": "4"},  # of special interest?
        {"AESTDTC": NEAR, "AEREL": "UNLIKELY", "AETOXGR": "1"},  # a seizure?
        {"AESTDTC": LATER, "AEREL": "UNLIKELY", "AETOXGR": "1"},  # meningitis?
    ],
)
def test_an_uncoded_event_that_some_term_would_make_a_stopping_event_is_marked(values):
    found = event(with_event(**values, **NO_TERM))
    assert (found["SEVTOXFL"], found["UNCSTPFL"]) == (None, "Y")
    coded = event(with_event(**values, AEDECOD="Fall"))
    assert (coded["SEVTOXFL"], coded["UNCSTPFL"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "grade", "code", "marked"),
    [
        ("constipation", "2", "NONE", None),  # a term of the dictionary that the rule does not know
        (" Back Pain", "2", "NONE", None),
        ("Seizure", "1", "SEIZURE", "Y"),
        ("Anaphylaxis", "1", "ANAPHYLAXIS", "Y"),
        ("stiff neck", "1", None, "Y"),  # no term: may be anything
        # grave in the window: a term like it is of special interest
        ("back pain", "4", "NONE", "Y"),
    ],
)
def test_words_that_are_a_term_say_what_an_uncoded_event_can_be(words, grade, code, marked):
    values = {"AESTDTC": IN_WINDOW, "AEREL": "UNLIKELY", "AETERM": words, "AETOXGR": grade}
    found = event(with_event(**values, **NO_TERM))
    assert (found["UNCTOX"], found["UNCSTPFL"]) == (code, marked)
    assert event(with_event(**values, AEDECOD="Fall"))["UNCTOX"] is None


def test_an_uncoded_event_before_the_first_dose_or_in_a_control_is_not_marked():
    assert event(with_event(**NO_TERM, AESTDTC="2021-03-03"))["UNCSTPFL"] is None
    assert event(with_event("003", **NO_TERM), "003")["UNCSTPFL"] is None


@pytest.mark.parametrize(
    ("values", "marked"),
    [
        ({"AESTDTC": LATER, "AETOXGR": "4"}, None),
        ({"AESTDTC": NEAR, "AETOXGR": "1"}, None),
        ({"AESTDTC": IN_WINDOW, "AETOXGR": "4"}, "Y"),
    ],
)
def test_without_terms_of_the_rule_only_special_interest_can_make_an_event_count(values, marked):
    rule = trial().stopping_event.model_copy(update={"any_time": (), "near_dose": ()})
    changed = trial().model_copy(update={"stopping_event": rule})
    adae = derive_safety(with_event(**values, **NO_TERM, AEREL="UNLIKELY"))["adae"]
    found = derive_uncoded_event(adae[adae["SUBJID"] == "001"], changed)
    assert found.set_index("AESEQ").loc[1, "UNCSTPFL"] == marked


def test_a_control_has_no_event_of_the_stopping_rule():
    assert event(with_event("003", AEDECOD="Anaphylaxis"), "003")["SEVTOXFL"] is None


def three_headaches() -> MiniExport:
    mini = MiniExport()
    base = mini.pick("ae", SUBJID="001", AESEQ="1")[0]
    for seq, day, grade in (
        ("7", "2021-04-01", "3"),
        ("8", "2021-05-01", "3"),
        ("9", "2021-02-21", "4"),
    ):
        mini.rows["ae"].append({**base, "AESEQ": seq, "AESTDTC": day, "AETOXGR": grade})
    mini.rows["ae"].append(
        {**base, "AESEQ": "10", "AESTDTC": "2021-04-02", "AEDECOD": "Seizure", "AETOXGR": "2"}
    )
    mini.touched.add("ae")
    return mini


def test_occurrence_flags_mark_the_first_and_the_worst_among_emergent_events():
    adae = derive_safety(three_headaches())["adae"]
    rows = adae[adae["SUBJID"] == "001"].set_index("AESEQ")
    assert list(rows.index[rows["AOCCFL"] == "Y"]) == [1]
    assert list(rows.index[rows["AOCCSFL"] == "Y"]) == [1, 2]
    assert list(rows.index[rows["AOCCPFL"] == "Y"]) == [1, 10, 2]
    # of two grade 3 the earlier; the grade 4 before treatment is not emergent
    assert list(rows.index[rows["AOCCMXFL"] == "Y"]) == [7, 10, 2]


def test_events_stand_in_the_order_of_person_and_time():
    adae = derive_safety(three_headaches())["adae"]
    assert list(adae["AESEQ"]) == [9, 1, 7, 10, 8, 2, 1]


def test_days_and_duration_count_both_ends():
    row = event(with_event(AESTDTC="2021-03-05T18:00", AEENDTC="2021-03-06"))
    assert (row["ADY"], row["AENDY"], row["ADUR"]) == (1, 2, 2)
    ongoing = event(with_event(AEENDTC=None, AEONGO="Y"))
    assert pd.isna(ongoing["ADUR"])


def test_the_event_that_made_a_person_leave_is_the_last_begun_by_then():
    mini = three_headaches()
    mini.change("ds", {"SUBJID": "001", "DSCAT": "DISPOSITION"},
                DSDECOD="ADVERSE_EVENT", DSSTDTC="2021-04-15")  # fmt: skip
    adae = derive_safety(mini)["adae"]
    assert list(adae.loc[adae["DISCFL"] == "Y", "AESEQ"]) == [10]


def test_every_event_can_be_traced_to_its_record():
    adae = derive_safety(MiniExport())["adae"]
    assert list(adae["SRCDOM"].unique()) == ["ae"]
    assert list(adae["SRCSEQ"]) == list(adae["AESEQ"])


def test_no_event_is_an_empty_data_set_with_all_its_columns():
    mini = MiniExport()
    mini.rows["ae"].clear()
    mini.touched.add("ae")
    full, empty = derive_safety(MiniExport())["adae"], derive_safety(mini)["adae"]
    assert empty.empty
    assert list(empty.columns) == list(full.columns)
