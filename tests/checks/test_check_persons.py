"""Identity, randomisation, eligibility: C01, C02, C04 to C07, C47, C50 and STRUCT-*."""

import pytest
from mini_export import MiniExport


def test_a_record_of_nobody_in_dm_is_fatal_and_the_screen_failure_is_not():
    mini = MiniExport()
    mini.add("cm", "999", CMSEQ="1", CMCAT="OTHER", CMTRT="x")
    mini.add("cm", "004", CMSEQ="1", CMCAT="OTHER", CMTRT="x")
    assert mini.found("C01") == [("cm", "999", "F")]


def test_a_form_of_nobody_is_one_finding_whatever_its_items():
    mini = MiniExport()
    for item in ("n1a", "n1b", "n1c"):
        mini.add("qs", "999", VISIT="BL", QSCAT="NIHSS", QSTESTCD=item, QSDTC="2021-03-01")
    assert mini.found("C01") == [("qs", "999", "F")]


def test_a_record_without_subject_number_belongs_to_nobody():
    mini = MiniExport()
    mini.add("ae", None, AESEQ="9", AESTDTC="2021-03-07")
    assert mini.found("C01") == [("ae", "", "F")]


def test_randomised_without_disposition_and_the_reverse():
    mini = MiniExport()
    mini.drop("ds", SUBJID="001", DSDECOD="RANDOMIZED")
    mini.drop("rand", SUBJID="003")
    assert mini.found("C02") == [("ds", "003", "E"), ("rand", "001", "E")]


@pytest.mark.parametrize(
    ("date", "found"),
    [("2021-03-02", [("ds", "001", "E")]), ("2021-03", []), ("2021-02", [("ds", "001", "E")])],
)
def test_randomisation_dates_must_be_able_to_agree(date, found):
    mini = MiniExport()
    mini.change("ds", {"SUBJID": "001", "DSDECOD": "RANDOMIZED"}, DSSTDTC=date)
    assert mini.found("C02") == found


def test_a_failed_criterion_matters_only_for_randomised_persons():
    mini = MiniExport()
    assert mini.pick("ie", SUBJID="004", IETESTCD="IN05", IEORRES="N")
    assert mini.found("C04") == []
    mini.change("ie", {"SUBJID": "001", "IETESTCD": "IN05"}, IEORRES="N")
    mini.change("ie", {"SUBJID": "002", "IETESTCD": "EX03"}, IEORRES="Y")
    mini.change("ie", {"SUBJID": "003", "IETESTCD": "EX04"}, IEORRES=None)
    assert mini.found("C04") == [("ie", p, "E") for p in ("001", "002", "003")]


def test_a_missing_criterion_is_named_once_per_person():
    mini = MiniExport()
    mini.drop("ie", SUBJID="002", IETESTCD="IN02")
    mini.drop("ie", SUBJID="002", IETESTCD="EX05")
    mini.drop("ie", SUBJID="004", IETESTCD="EX05")
    findings = mini.check()
    own = findings[findings["id"] == "C04"]
    assert list(own["SUBJID"]) == ["002"]
    assert own["text"].iloc[0].endswith("criterion IN02, EX05")


def test_an_eligibility_deviation_excuses_a_failed_criterion_and_no_other_kind_does():
    mini = MiniExport()
    mini.change("ie", {"SUBJID": "001", "IETESTCD": "IN05"}, IEORRES="N")
    mini.add("dv", "001", DVSEQ="1", DVCAT="CONSENT", DVSTDTC="2021-03-01")
    assert mini.found("C04") == [("ie", "001", "E")]
    mini.add("dv", "001", DVSEQ="2", DVCAT="ELIGIBILITY", DVSTDTC="2021-03-01")
    assert mini.found("C04") == []


@pytest.mark.parametrize(
    ("age", "year", "found"),
    [
        ("40", "1981", []),
        ("39", "1981", [("dm", "001", "E")]),
        ("75", "1945", []),
        ("76", "1945", [("dm", "001", "E")]),
        ("56", "1966", []),
        ("56", "1967", [("dm", "001", "E")]),
        ("56", "1963", [("dm", "001", "E")]),
        (None, "1981", []),  # 39 or 40
        (None, "1982", [("dm", "001", "E")]),
        (None, "1945", []),  # 75 or 76
        (None, "1944", [("dm", "001", "E")]),
        ("60", None, []),
    ],
)
def test_age_at_consent_within_limits_and_in_line_with_the_birth_year(age, year, found):
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, AGE=age, BRTHYR=year)
    assert mini.found("C05") == found


def test_the_age_of_a_screen_failure_is_not_asked():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "004"}, AGE="80", BRTHYR="1941", STROKEDTC="2010")
    assert mini.found("C05") == mini.found("C06") == []


@pytest.mark.parametrize(
    ("onset", "found"),
    [
        ("2019-02-20", []),  # 731 days before 2021-02-20: 2020 was a leap year
        ("2019-02-19", [("dm", "001", "E")]),
        ("2019-02", []),
        ("2019-01", [("dm", "001", "E")]),
        ("2021-02-20", []),
        ("2021-02-21", [("dm", "001", "E")]),
        ("2021-02", []),
        ("2021-03", [("dm", "001", "E")]),
        ("2018", [("dm", "001", "E")]),
    ],
)
def test_onset_is_judged_for_every_day_a_partial_date_can_mean(onset, found):
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, STROKEDTC=onset)
    assert mini.found("C06") == found


def test_baseline_score_below_the_limit_and_exactly_at_it():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "001", "VISIT": "BL", "QSCAT": "NIHSS"}, QSORRES="0")
    mini.change("qs", {"SUBJID": "001", "VISIT": "BL", "QSTESTCD": "n5a"}, QSORRES="4")
    assert mini.found("C07") == [("qs", "001", "E")]
    mini.change("qs", {"SUBJID": "001", "VISIT": "BL", "QSTESTCD": "n8"}, QSORRES="1")
    assert mini.found("C07") == []


def test_a_low_score_after_baseline_is_a_success():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "001", "VISIT": "M06", "QSCAT": "NIHSS"}, QSORRES="0")
    assert mini.found("C07") == []


def test_a_man_cannot_be_pregnant():
    mini = MiniExport()
    row = {"AETOXGR": "1", "AESTDTC": "2021-07-01", "AEENDTC": "2021-07-02"}
    mini.add("ae", "002", AESEQ="7", AEDECOD="Pregnancy", **row)
    mini.add("ae", "001", AESEQ="7", AEDECOD="Pregnancy", **row)
    mini.add("ae", "001", AESEQ="8", AEDECOD="Prostate enlargement", **row)
    mini.add("ae", "002", AESEQ="8", AEDECOD="Prostate enlargement", **row)
    mini.change("ie", {"SUBJID": "004", "IETESTCD": "EX04"}, IEORRES="Y")
    mini.add("mh", "002", MHSEQ="2", MHCAT="OTHER", MHDECOD="Menopausal disorder")
    expected = [("ae", "001", "E"), ("ae", "002", "E"), ("ie", "004", "E"), ("mh", "002", "E")]
    assert mini.found("C47") == expected


def test_words_count_from_their_beginning():
    mini = MiniExport()
    mini.add("ae", "001", AESEQ="7", AEDECOD="Intestinal pain", AESTDTC="2021-07-01")
    mini.add("ae", "002", AESEQ="7", AEDECOD="Computer strain", AESTDTC="2021-07-01")
    assert mini.found("C47") == []


def test_randomisation_numbers_follow_the_dates_without_gap():
    mini = MiniExport()
    mini.change("rand", {"SUBJID": "003"}, RANDNO="R004")
    assert mini.found("C50") == [("rand", "003", "W")]
    mini = MiniExport()
    mini.change("rand", {"SUBJID": "001"}, RANDNO="R002")
    mini.change("rand", {"SUBJID": "002"}, RANDNO="R001")
    assert mini.found("C50") == [("rand", "001", "W")]
    mini = MiniExport()
    mini.change("rand", {"SUBJID": "003"}, RANDNO="R002")
    assert mini.found("C50") == [("rand", "003", "W")]


def test_too_many_persons_in_one_group_is_one_finding_without_the_arm():
    mini = MiniExport()
    for number in range(4, 18):
        values = {"RANDNO": f"R{number:03d}", "ARMCD": "IT", "RANDDTC": "2021-04-01T09:00"}
        mini.add("rand", f"{number:03d}", **values)
    mini.add("rand", "018", RANDNO="R018", ARMCD="IT", RANDDTC="2021-04-01T09:00")
    assert mini.found("C50") == []  # 16 in one arm, as planned
    mini.add("rand", "019", RANDNO="R019", ARMCD="IT", RANDDTC="2021-04-01T09:00")
    findings = mini.check()
    own = findings[findings["id"] == "C50"]
    assert list(own["SUBJID"]) == [""]
    assert own["text"].iloc[0] == "more participants in one group than planned"


def test_subject_number_and_study_of_another_form_are_structure_findings():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "004"}, SUBJID="A4")
    mini.change("ho", {"SUBJID": "003"}, STUDYID="NCT00000000")
    assert mini.found("STRUCT-TYPE") == [("dm", "A4", "E")]
    assert mini.found("STRUCT-TERM") == [("ho", "003", "E")]


def test_another_study_in_every_row_is_one_finding_per_table_and_person():
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "003"}, STUDYID="OTHER")
    assert mini.found("STRUCT-TERM") == [("qs", "003", "E")]


@pytest.mark.parametrize(
    ("table", "where", "values"),
    [
        ("dm", {"SUBJID": "003"}, {"DTHFL": "Y"}),
        ("dm", {"SUBJID": "003"}, {"AGE": None, "BRTHYR": None}),
        ("sv", {"SUBJID": "003", "VISIT": "M03"}, {"SVSTDTC": None}),
        ("sv", {"SUBJID": "003", "VISIT": "M03"}, {"SVSTAT": "NOT DONE"}),
        ("ds", {"SUBJID": "003", "DSSEQ": "3"}, {"DSDECOD": "OTHER"}),
        ("ds", {"SUBJID": "003", "DSSEQ": "3"}, {"DSDECOD": "WITHDRAWAL_BY_SUBJECT"}),
        ("ds", {"SUBJID": "003", "DSSEQ": "3"}, {"DSSCAT": None}),
        ("ae", {"SUBJID": "003"}, {"AENARR": None}),
        ("lb", {"SUBJID": "003", "VISIT": "M03", "LBTESTCD": "ALT"}, {"LBORRES": None}),
        ("qs", {"SUBJID": "003", "VISIT": "M03", "QSCAT": "FIM"}, {"QSDTC": None}),
    ],
)
def test_a_value_that_another_one_requires_is_missed_once(table, where, values):
    mini = MiniExport()
    mini.change(table, where, **values)
    assert mini.found("STRUCT-NULL") == [(table, "003", "E")]


def test_a_value_is_not_missed_where_nothing_was_done():
    mini = MiniExport()
    done = {"SVSTAT": "NOT DONE", "SVSTDTC": None, "SVREASND": "x"}
    mini.change("sv", {"SUBJID": "003", "VISIT": "M03"}, **done)
    where = {"SUBJID": "003", "VISIT": "M03", "LBTESTCD": "ALT"}
    mini.change("lb", where, LBORRES=None, LBORRESU=None, LBDTC=None, LBSTAT="NOT DONE")
    mini.change("dm", {"SUBJID": "003"}, AGE=None)
    where = {"SUBJID": "003", "VISIT": "M03", "QSTESTCD": "n2"}
    mini.change("qs", where, QSORRES=None)
    assert mini.found("STRUCT-NULL") == []
