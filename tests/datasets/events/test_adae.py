"""Adverse events: periods, dose reference, windows, seriousness, relation, primary outcome."""

from functools import cache

import pandas as pd
import pytest
from crowd import Change, Crowd, Planted, change, plant_event
from mini_data import LATE, cut, derive_safety, interim
from mini_export import MiniExport, trial

from helpers.datasets.events.adae import build_adae, derive_uncoded_event
from helpers.datasets.subjects.adsl import build_adsl

# Person 001: randomised 2021-03-01 09:00, dose 1 2021-03-05 10:00, dose 2 2021-06-04 10:00.
# Each case is a participant of this crowd, a copy of 001 or of a control with another first event.
CROWD = Crowd()


def with_event(subject: str = "001", *changes: Change, **values: str | None) -> Planted:
    return plant_event(CROWD, subject, *changes, **values)


def begun(start: str | None) -> Planted:
    return with_event(AESTDTC=start)


def begun_in_control(start: str) -> Planted:
    return with_event("003", AESTDTC=start)


def event(planted: Planted, cutoff: str = LATE) -> pd.Series:
    """The first event of a participant."""
    return planted.row("adae", cutoff, AESEQ=1)


@pytest.mark.parametrize(
    ("planted", "before", "between", "emergent"),
    [
        (begun("2021-02-25T12:00"), "Y", None, None),
        (begun("2021-03-03T12:00"), "Y", "Y", None),
        (begun("2021-03-05T09:59"), "Y", "Y", None),
        (begun("2021-03-05T10:00"), None, None, "Y"),
        (begun("2021-03-05"), None, None, "Y"),
        (begun("2022-03-04"), None, None, "Y"),
    ],
)
def test_an_event_of_a_treated_person_is_emergent_from_the_first_dose(
    planted, before, between, emergent
):
    row = event(planted)
    assert (row["PREFL"], row["BTWNFL"], row["TRTEMFL"]) == (before, between, emergent)


@pytest.mark.parametrize(
    ("planted", "emergent"),
    [
        (begun_in_control("2021-03-11"), None),
        (begun_in_control("2021-03-12"), "Y"),
        (begun_in_control("2021-03"), "Y"),
    ],
)
def test_an_event_of_a_control_is_emergent_from_the_day_of_randomisation(planted, emergent):
    row = event(planted)
    assert row["TRTEMFL"] == emergent
    assert row["BTWNFL"] is None


NEVER_DOSED = with_event(
    "001", change("ex", EXOCCUR="N", EXSTDTC=None, EXREASND="x"), AESTDTC="2021-04-01"
)


def test_nothing_is_emergent_in_who_was_never_dosed():
    row = event(NEVER_DOSED)
    assert (row["TRTEMFL"], row["BTWNFL"], row["AFTRANFL"]) == (None, None, "Y")


AWAITED = begun("2021-03-03")


def test_while_the_first_dose_is_awaited_an_event_is_one_before_it():
    row = event(AWAITED, "2021-03-04")
    assert (row["TRTEMFL"], row["BTWNFL"], row["NODOSEFL"]) == (None, "Y", None)


def lasting(start: str | None, end: str | None) -> Planted:
    return with_event(AESTDTC=start, AEENDTC=end, AEONGO="N" if end else "Y")


@cache
def read_openly() -> pd.DataFrame:
    """The events as who may not know the doses has them."""
    records = cut(CROWD.mini)
    tables = {name: rows for name, rows in records.tables.items() if name not in ("ex", "rand")}
    records = records.with_tables(tables)
    adsl = build_adsl(records, trial(), pd.Timestamp(LATE))
    return build_adae(records, adsl, trial(), interim())


@pytest.mark.parametrize(
    ("planted", "after"),
    [
        # randomised on 1 March, dosed on the 5th
        (lasting("2021-02", None), None),
        (lasting("2021-03", None), "Y"),
        (lasting("2021", None), "Y"),
        (lasting(None, None), "Y"),
        (lasting("2021", "2021-02-20"), None),
        (lasting(None, "2021-02-28"), None),
        (lasting(None, "2021-03-01"), "Y"),
    ],
)
def test_what_may_have_begun_after_randomisation_did_for_every_reader(planted, after):
    assert event(planted)["AFTRANFL"] == after
    # who may not know the doses counts the same
    openly = read_openly()
    row = openly[(openly["SUBJID"] == planted.number) & (openly["AESEQ"] == 1)].iloc[0]
    assert row["AFTRANFL"] == after


RANDOMISED_IN_MARCH = with_event(
    "001",
    change("rand", RANDDTC="2021-03-20T09:00"),
    change("ds", {"DSDECOD": "RANDOMIZED"}, DSSTDTC="2021-03-20"),
    change("ex", {"DOSENUM": "1"}, EXSTDTC="2021-04-02T10:00", EXENDTC="2021-04-02T11:00"),
    AESTDTC="2021-03",
    AEENDTC=None,
    AEONGO="Y",
)


def test_a_month_of_randomisation_before_that_of_the_dose_is_after_randomisation():
    """The dose in April moves no start in March; in March it may have begun after the 1st."""
    row = event(RANDOMISED_IN_MARCH)
    assert (row["AFTRANFL"], row["BTWNFL"], row["TRTEMFL"]) == ("Y", "Y", None)


@pytest.mark.parametrize(
    ("planted", "dose", "hours"),
    [
        (begun("2021-03-05T09:59"), None, None),
        (begun("2021-03-05T10:00"), 1, 0.0),
        (begun("2021-06-04T09:00"), 1, 2183.0),
        (begun("2021-06-04T10:00"), 2, 0.0),
        (begun("2021-06-05T10:30"), 2, 24.5),
        (begun("2021-06-04"), 2, 1 / 60),
    ],
)
def test_an_event_refers_to_the_latest_dose_begun_by_then(planted, dose, hours):
    row = event(planted)
    if dose is None:
        assert pd.isna(row["DOSEREF"])
    else:
        assert (row["DOSEREF"], row["HRSINF"]) == (dose, pytest.approx(hours))


def without_dose_1(**withheld: str) -> Planted:
    return with_event("001", change("ex", {"DOSENUM": "1"}, **withheld), AESTDTC="2021-06-05T10:30")


@pytest.mark.parametrize("planted", [without_dose_1(EXOCCUR="N"), without_dose_1(EXDOSE="0")])
def test_doses_are_counted_by_time_as_the_table_of_administrations_does(planted):
    """The site numbers what it plans: where dose 1 was not given, the first dose is its dose 2."""
    row = event(planted)
    assert (row["DOSEREF"], row["HRSINF"]) == (1, pytest.approx(24.5))


@pytest.mark.parametrize(
    ("planted", "flags", "time"),
    [
        (begun("2021-03-05T16:00"), "YYYY", "0-6 h"),
        (begun("2021-03-05T16:01"), "YYYY", ">6-24 h"),
        (begun("2021-03-06T10:00"), "YYYY", ">6-24 h"),
        (begun("2021-03-06T10:01"), "-YYY", ">24-72 h"),
        (begun("2021-03-08T10:00"), "-YYY", ">24-72 h"),
        (begun("2021-03-08T10:01"), "--YY", ">72 h-7 d"),
        (begun("2021-03-12T10:00"), "--YY", ">72 h-7 d"),
        (begun("2021-03-12T10:01"), "---Y", ">7-30 d"),
        (begun("2021-04-04T10:00"), "---Y", ">7-30 d"),
        (begun("2021-04-04T10:01"), "----", ">30 d"),
        (begun("2021-03-05T08:00"), "----", None),
        # a date alone counts by whole days and errs towards inclusion
        (begun("2021-03-05"), "YYYY", "day 0-1"),
        (begun("2021-03-06"), "YYYY", "day 0-1"),
        (begun("2021-03-07"), "-YYY", ">24-72 h"),
        (begun("2021-03-08"), "-YYY", ">24-72 h"),
        (begun("2021-03-12"), "--YY", ">72 h-7 d"),
        (begun("2021-04-04"), "---Y", ">7-30 d"),
        (begun("2021-04-05"), "----", ">30 d"),
    ],
)
def test_windows_are_cumulative_and_closed_above_and_bins_are_disjoint(planted, flags, time):
    row = event(planted)
    names = ("W24FL", "W72FL", "W7DFL", "W30FL")
    assert "".join(row[name] or "-" for name in names) == flags
    assert row["BIN"] == time
    assert row["ADMINFL"] == row["W72FL"]


BEYOND = with_event(AESTDTC="2021-06-01T10:00", AEENDTC="2021-06-10")


def test_an_event_that_goes_on_beyond_the_second_dose_belongs_to_the_first():
    row = event(BEYOND)
    assert row["DOSEREF"] == 1


CONTROL = with_event("003")


def test_a_control_has_no_dose_to_refer_to():
    row = event(CONTROL)
    assert pd.isna(row["DOSEREF"])
    assert [row[name] for name in ("W24FL", "ADMINFL", "BIN", "AAFL", "RELFL")] == [None] * 5


@pytest.mark.parametrize(
    ("planted", "serious", "imputed"),
    [
        (with_event(), None, None),
        (with_event(AESER="Y", AESMIE="Y"), "Y", None),
        (with_event(AESHOSP="Y"), "Y", "Y"),
        (with_event(AESER=None, AESDTH="Y"), "Y", "Y"),
        (with_event(AESER="Y"), "Y", None),
    ],
)
def test_any_criterion_makes_an_event_serious(planted, serious, imputed):
    row = event(planted)
    assert (row["ASERFL"], row["SERIMPFL"]) == (serious, imputed)


def dead(day: str | None, **values: str | None) -> Planted:
    died = [change("dm", DTHFL="Y", DTHDTC=day)] if day else []
    return with_event("001", *died, **values)


@pytest.mark.parametrize(
    ("planted", "flags"),
    [
        # grade 5, recovered, and alive: nobody died
        (dead(None, AETOXGR="5", AEOUT="RECOVERED"), (None, None, None, "Y")),
        (dead(None, AETOXGR="5", AEOUT="FATAL"), ("Y", "Y", "Y", None)),
        (dead(None, AEOUT="FATAL"), ("Y", "Y", "Y", None)),
        (
            dead("2021-04-01", AETOXGR="5", AEOUT=None, AEENDTC=None),
            ("Y", "Y", "Y", None),
        ),
        (dead("2021-09-01", AETOXGR="5", AEENDTC="2021-04-01"), (None, None, None, "Y")),
        (dead("2021-04-01", AETOXGR="4"), (None, None, None, None)),
    ],
)
def test_fatal_is_what_somebody_died_of_and_it_is_serious(planted, flags):
    row = event(planted)
    assert tuple(row[n] for n in ("FATALFL", "ASERFL", "SERIMPFL", "GR5ALVFL")) == flags


@pytest.mark.parametrize(
    ("planted", "flags"),
    [
        (with_event(AEREL="UNLIKELY"), (None, None, None, None)),
        (with_event(AEREL="POSSIBLE"), ("Y", None, "Y", None)),
        (with_event(AERELPR="DEFINITE"), (None, "Y", "Y", None)),
        (with_event(AEREL=None), ("Y", None, "Y", "Y")),
        (with_event(AEREL=None, AERELPR=None), ("Y", "Y", "Y", "Y")),
    ],
)
def test_missing_causality_counts_as_related_and_is_said(planted, flags):
    row = event(planted)
    assert tuple(row[n] for n in ("RELPRODFL", "RELPROCFL", "RELFL", "RELIMPFL")) == flags


NO_OPINION = with_event("003", AEREL=None, AERELPR=None)
ONE_OPINION = with_event("003", AEREL="DEFINITE", AERELPR=None)


def test_missing_causality_is_not_applicable_in_a_control_but_a_recorded_one_is_kept():
    names = ("RELPRODFL", "RELPROCFL", "RELFL", "RELIMPFL")
    row = event(NO_OPINION)
    assert [row[n] for n in names] == [None] * 4
    row = event(ONE_OPINION)
    assert [row[n] for n in names] == ["Y", None, "Y", None]


@pytest.mark.parametrize(
    ("planted", "primary"),
    [
        (with_event(AEDECOD="Fever", AESTDTC="2021-03-08T10:00"), "Y"),
        (with_event(AEDECOD="Fever", AESTDTC="2021-03-08T10:01"), None),
        (with_event(AEDECOD="Infusion site pain", AESTDTC="2021-03-05T12:00"), "Y"),
        (with_event(AEDECOD="Post-puncture headache", AESTDTC="2021-03-05T12:00"), None),
        (with_event(AEDECOD="Shoulder pain", AESTDTC="2021-03-05T12:00"), None),
        (with_event(AEDECOD="Seizure", AESTDTC="2021-03-05T12:00"), None),
        (with_event(AEDECOD="Fever", AESTDTC="2021-03-04T12:00"), None),
    ],
)
def test_the_primary_outcome_is_a_listed_term_of_the_route_within_the_window(planted, primary):
    assert event(planted)["AAFL"] == primary


NO_GRADE = with_event(AETOXGR=None)


def test_a_missing_grade_stays_missing():
    assert pd.isna(event(NO_GRADE)["ATOXGR"])


@pytest.mark.parametrize(
    ("planted", "stopping"),
    [
        # near a dose, related, grade 3 or serious
        (with_event(AESTDTC="2021-03-12T10:00", AEREL="POSSIBLE", AETOXGR="3"), "Y"),
        (with_event(AESTDTC="2021-03-12T10:01", AEREL="POSSIBLE", AETOXGR="3"), None),
        (with_event(AESTDTC="2021-03-06", AEREL="POSSIBLE", AETOXGR="2"), None),
        (with_event(AESTDTC="2021-03-06", AEREL="POSSIBLE", AESHOSP="Y"), "Y"),
        (with_event(AESTDTC="2021-03-06", AEREL=None, AETOXGR="3"), "Y"),
        # headache: listed
        (
            with_event(AESTDTC="2021-03-06", AEREL="UNLIKELY", AETOXGR="4"),
            "Y",
        ),
        (with_event(AESTDTC="2021-03-06", AEDECOD="Fall", AETOXGR="4"), None),
        # related death, and terms that count at any time
        (with_event(AESTDTC="2021-12-01", AEREL="POSSIBLE", AEOUT="FATAL"), "Y"),
        (with_event(AESTDTC="2021-12-01", AEOUT="FATAL"), None),
        (with_event(AESTDTC="2021-12-01", AEREL="POSSIBLE", AETOXGR="5"), None),
        (with_event(AESTDTC="2021-12-01", AEDECOD="Anaphylaxis"), "Y"),
        (with_event(AESTDTC="2021-12-01", AEDECOD="Bacterial meningitis"), "Y"),
        # terms that count near a dose only
        (with_event(AESTDTC="2021-06-11T10:00", AEDECOD="Seizure"), "Y"),
        (with_event(AESTDTC="2021-06-11T10:01", AEDECOD="Seizure"), None),
        # before the first dose nothing counts
        (with_event(AESTDTC="2021-03-03", AEDECOD="Anaphylaxis"), None),
    ],
)
def test_events_of_the_stopping_rule(planted, stopping):
    assert event(planted)["SEVTOXFL"] == stopping


NO_TERM = {"AEDECOD": "UNCODED"}
NEAR, IN_WINDOW, LATER = "2021-03-10T10:00", "2021-03-06", "2021-12-01"  # of dose 1, 2021-03-05


NEEDS_NO_TERM = [
    {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AETOXGR": "3"},
    {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AESER": "Y"},
    {"AESTDTC": NEAR, "AEREL": "POSSIBLE", "AETOXGR": "2", "AESHOSP": "Y"},
    {"AESTDTC": NEAR, "AEREL": None, "AERELPR": None, "AETOXGR": "4"},  # counts as related
    {"AESTDTC": LATER, "AEREL": "POSSIBLE", "AEOUT": "FATAL"},
]


@pytest.mark.parametrize(
    "planted",
    [
        with_event(**{**values, "AEDECOD": term})
        for values in NEEDS_NO_TERM
        for term in ("UNCODED", "uncoded ", None)
    ],
)
def test_an_uncoded_event_counts_where_the_rule_needs_no_term(planted):
    found = event(planted)
    assert (found["SEVTOXFL"], found["UNCSTPFL"]) == ("Y", None)


def uncoded_and_coded(**values: str | None) -> tuple[Planted, Planted]:
    """An event without a term, and the same one with a term that the rule does not know."""
    return with_event(**{**values, **NO_TERM}), with_event(**{**values, "AEDECOD": "Fall"})


@pytest.mark.parametrize(
    ("uncoded", "coded"),
    [
        # of special interest?
        uncoded_and_coded(AESTDTC=IN_WINDOW, AEREL="UNLIKELY", AETOXGR="4"),
        uncoded_and_coded(AESTDTC=NEAR, AEREL="UNLIKELY", AETOXGR="1"),  # a seizure?
        uncoded_and_coded(AESTDTC=LATER, AEREL="UNLIKELY", AETOXGR="1"),  # meningitis?
    ],
)
def test_an_uncoded_event_that_some_term_would_make_a_stopping_event_is_marked(uncoded, coded):
    found = event(uncoded)
    assert (found["SEVTOXFL"], found["UNCSTPFL"]) == (None, "Y")
    coded = event(coded)
    assert (coded["SEVTOXFL"], coded["UNCSTPFL"]) == (None, None)


def in_words(words: str, grade: str) -> tuple[Planted, Planted]:
    values = {"AESTDTC": IN_WINDOW, "AEREL": "UNLIKELY", "AETERM": words, "AETOXGR": grade}
    return uncoded_and_coded(**values)


@pytest.mark.parametrize(
    ("planted", "code", "marked"),
    [
        # a term of the dictionary that the rule does not know
        (
            in_words("constipation", "2"),
            "NONE",
            None,
        ),
        (in_words(" Back Pain", "2"), "NONE", None),
        (in_words("Seizure", "1"), "SEIZURE", "Y"),
        (in_words("Anaphylaxis", "1"), "ANAPHYLAXIS", "Y"),
        (in_words("stiff neck", "1"), None, "Y"),  # no term: may be anything
        # grave in the window: a term like it is of special interest
        (in_words("back pain", "4"), "NONE", "Y"),
    ],
)
def test_words_that_are_a_term_say_what_an_uncoded_event_can_be(planted, code, marked):
    uncoded, coded = (event(one) for one in planted)
    assert (uncoded["UNCTOX"], uncoded["UNCSTPFL"]) == (code, marked)
    assert coded["UNCTOX"] is None


UNCODED_BEFORE = with_event(**NO_TERM, AESTDTC="2021-03-03")
UNCODED_IN_CONTROL = with_event("003", **NO_TERM)


def test_an_uncoded_event_before_the_first_dose_or_in_a_control_is_not_marked():
    assert event(UNCODED_BEFORE)["UNCSTPFL"] is None
    assert event(UNCODED_IN_CONTROL)["UNCSTPFL"] is None


@pytest.mark.parametrize(
    ("planted", "marked"),
    [
        (with_event(AESTDTC=LATER, AETOXGR="4", **NO_TERM, AEREL="UNLIKELY"), None),
        (with_event(AESTDTC=NEAR, AETOXGR="1", **NO_TERM, AEREL="UNLIKELY"), None),
        (with_event(AESTDTC=IN_WINDOW, AETOXGR="4", **NO_TERM, AEREL="UNLIKELY"), "Y"),
    ],
)
def test_without_terms_of_the_rule_only_special_interest_can_make_an_event_count(planted, marked):
    rule = trial().stopping_event.model_copy(update={"any_time": (), "near_dose": ()})
    changed = trial().model_copy(update={"stopping_event": rule})
    found = derive_uncoded_event(planted.rows("adae"), changed)
    assert found.set_index("AESEQ").loc[1, "UNCSTPFL"] == marked


ANAPHYLAXIS_IN_CONTROL = with_event("003", AEDECOD="Anaphylaxis")


def test_a_control_has_no_event_of_the_stopping_rule():
    assert event(ANAPHYLAXIS_IN_CONTROL)["SEVTOXFL"] is None


def add_three_headaches(mini: MiniExport, who: str) -> None:
    base = mini.pick("ae", SUBJID=who, AESEQ="1")[0]
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


HEADACHES = CROWD.plant("001", add_three_headaches)


def test_occurrence_flags_mark_the_first_and_the_worst_among_emergent_events():
    rows = HEADACHES.rows("adae").set_index("AESEQ")
    assert list(rows.index[rows["AOCCFL"] == "Y"]) == [1]
    assert list(rows.index[rows["AOCCSFL"] == "Y"]) == [1, 2]
    assert list(rows.index[rows["AOCCPFL"] == "Y"]) == [1, 10, 2]
    # of two grade 3 the earlier; the grade 4 before treatment is not emergent
    assert list(rows.index[rows["AOCCMXFL"] == "Y"]) == [7, 10, 2]


def test_events_stand_in_the_order_of_person_and_time():
    assert list(HEADACHES.rows("adae")["AESEQ"]) == [9, 1, 7, 10, 8, 2]
    persons = CROWD.derive()["adae"]["SUBJID"]
    assert persons.is_monotonic_increasing
    assert persons.nunique() > 100


TWO_DAYS = with_event(AESTDTC="2021-03-05T18:00", AEENDTC="2021-03-06")
ONGOING = with_event(AEENDTC=None, AEONGO="Y")


def test_days_and_duration_count_both_ends():
    row = event(TWO_DAYS)
    assert (row["ADY"], row["AENDY"], row["ADUR"]) == (1, 2, 2)
    assert pd.isna(event(ONGOING)["ADUR"])


LEFT = CROWD.plant(
    "001",
    add_three_headaches,
    change("ds", {"DSCAT": "DISPOSITION"}, DSDECOD="ADVERSE_EVENT", DSSTDTC="2021-04-15"),
)


def test_the_event_that_made_a_person_leave_is_the_last_begun_by_then():
    adae = LEFT.rows("adae")
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
