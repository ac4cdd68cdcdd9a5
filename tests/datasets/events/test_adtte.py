"""Times from randomisation: events, censoring, competing deaths, sustained response."""

import pandas as pd
import pytest
from mini_data import derive_safety
from mini_export import MiniExport, trial
from score_export import pick, score

from helpers.datasets.events.adtte import COLUMNS, build_adtte

# 001 randomised 2021-03-01, 003 (control) 2021-03-12; both end on the day of month 12.
# 001 has Headache 2021-03-05 (day 5) and Fever 2021-06-04 (probable, listed, day 96).
# 003 has Pneumonia, serious, grade 3, 2021-07-01 (day 112).
NO_SCORES = pd.DataFrame(
    columns=["USUBJID", "PARAMCD", "AVISIT", "AVISITN", "ADT", "AVAL", "ANL01FL", "CRIT1FL",
             "SRCDOM", "SRCSEQ"]
).astype({"ADT": "datetime64[s]", "AVISITN": "Int64", "AVAL": "Float64"})  # fmt: skip


def times(mini, cutoff="2022-06-01"):
    data = derive_safety(mini, cutoff)
    return build_adtte(data["adsl"], data["adae"], NO_SCORES, trial())


def one(frame, subject, code):
    row = pick(frame, SUBJID=subject, PARAMCD=code).iloc[0]
    return int(row["AVAL"]), int(row["CNSR"])


def test_columns_keys_and_origin():
    frame = times(MiniExport())
    assert tuple(frame.columns) == COLUMNS
    assert not frame.duplicated(["USUBJID", "PARAMCD"]).any()
    named = ("FEVER_CHILLS", "HEADACHE", "INFECTION_SYSTEMIC")
    categories = {f"TTAESI.{code}" for code in named}
    assert set(frame["PARAMCD"]) - categories == set(trial().time_to_event)
    starts = frame.drop_duplicates("SUBJID").set_index("SUBJID")["STARTDT"]
    assert starts.dt.strftime("%Y-%m-%d").to_dict() == {
        "001": "2021-03-01",
        "002": "2021-03-10",
        "003": "2021-03-12",
    }


@pytest.mark.parametrize(
    ("subject", "code", "expected"),
    [
        ("001", "TTFAE", (5, 0)), ("003", "TTFAE", (112, 0)), ("002", "TTFAE", (371, 1)),
        ("001", "TTFSAE", (370, 1)), ("003", "TTFSAE", (112, 0)), ("003", "TTF3", (112, 0)),
        ("001", "TTF3", (370, 1)), ("001", "TTFAESI", (5, 0)), ("001", "TTREL", (96, 0)),
        ("002", "TTREL", (371, 1)), ("001", "TTDTH", (370, 1)), ("001", "TTDISC", (370, 1)),
    ],
)  # fmt: skip
def test_the_first_event_of_each_kind_or_the_end_of_follow_up(subject, code, expected):
    assert one(times(MiniExport()), subject, code) == expected


def test_a_category_of_special_interest_has_a_time_of_its_own():
    frame = times(MiniExport())
    assert one(frame, "001", "TTAESI.HEADACHE") == (5, 0)
    assert one(frame, "001", "TTAESI.FEVER_CHILLS") == (96, 0)
    assert one(frame, "003", "TTAESI.FEVER_CHILLS")[1] == 1
    assert "TTAESI.SEIZURE" not in set(frame["PARAMCD"])


def test_a_related_event_is_not_applicable_in_a_control():
    assert pick(times(MiniExport()), SUBJID="003", PARAMCD="TTREL").empty


def test_follow_up_ends_at_the_cutoff():
    frame = times(MiniExport(), "2021-05-01")
    assert one(frame, "003", "TTFAE") == (51, 1)
    assert pick(frame, SUBJID="003", PARAMCD="TTFAE")["EVNTDESC"].item() == "End of follow-up"


def dead(day="2021-08-08"):
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "001"}, DTHFL="Y", DTHDTC=day)
    mini.change("ds", {"SUBJID": "001", "DSSEQ": "3"}, DSDECOD="DEATH", DSSTDTC=day)
    for table in ("qs", "lb", "vs", "sv"):
        for visit in ("M06", "M12"):
            mini.drop(table, SUBJID="001", VISIT=visit)
    mini.drop("sv", SUBJID="001", VISIT="EOS")
    return mini


def test_death_is_an_event_of_its_own_and_competes_with_every_other():
    frame = times(dead())
    assert one(frame, "001", "TTDTH") == (161, 0)
    assert one(frame, "001", "TTFSAE") == (161, 2)
    assert one(frame, "001", "TTDISC") == (161, 2)
    assert one(frame, "001", "TTFAE") == (5, 0)


def test_an_event_on_the_day_of_death_counts_as_the_event():
    mini = dead("2021-06-04")
    assert one(times(mini), "001", "TTREL") == (96, 0)


def test_leaving_the_study_is_an_event_on_its_day():
    mini = MiniExport()
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, DSDECOD="PHYSICIAN_DECISION",
                DSSTDTC="2021-10-01")  # fmt: skip
    assert one(times(mini), "003", "TTDISC") == (204, 0)
    assert one(times(mini), "003", "TTF3") == (112, 0)


def responses(*visits, died=None):
    """Time of person 001 by responses (Y, N or None) at months 3, 6, 12."""
    mini = dead(died) if died else MiniExport()
    data = derive_safety(mini)
    adsl = data["adsl"][data["adsl"]["SUBJID"] == "001"]
    days = {"BL": "2021-02-28", "M03": "2021-06-03", "M06": "2021-09-04", "M12": "2022-03-05"}
    known = ["none", *visits]
    frame = pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"].item(),
            "PARAMCD": "NIHSSTOT",
            "AVISIT": list(days),
            "AVISITN": pd.array(range(4), dtype="Int64"),
            "ADT": pd.to_datetime(list(days.values())).astype("datetime64[s]"),
            "AVAL": pd.array([1.0] * 4, dtype="Float64"),
            "ANL01FL": "Y",
            "CRIT1FL": [None if v == "none" else v for v in known],
            "SRCDOM": "qs",
            "SRCSEQ": range(1, 5),
        }
    )
    frame = frame[[v is not None for v in known]]
    found = build_adtte(adsl, data["adae"], frame, trial())
    return one(found, "001", "TTNIH"), one(found, "001", "TTNIHU"), found


@pytest.mark.parametrize(
    ("visits", "sustained", "first"),
    [
        (("Y", "Y", "N"), (95, 0), (95, 0)),
        (("Y", "N", "Y"), (370, 1), (370, 0)),
        (("N", "Y", "Y"), (188, 0), (188, 0)),
        (("N", "N", "Y"), (370, 1), (370, 0)),
        (("N", "N", "N"), (370, 1), (370, 1)),
        (("Y", None, "Y"), (95, 0), (95, 0)),  # the next available visit is month 12
        (("Y", None, None), (95, 1), (95, 0)),
        ((None, None, None), (1, 1), (1, 1)),
    ],
)
def test_a_response_counts_when_the_next_available_visit_has_one_too(visits, sustained, first):
    found = responses(*visits)
    assert found[:2] == (sustained, first)


def test_a_response_that_cannot_be_confirmed_yet_is_said_to_be_so():
    frame = responses("N", "N", "Y")[2]
    assert pick(frame, PARAMCD="TTNIH")["EVNTDESC"].item() == "Response not confirmed yet"
    assert pick(frame, PARAMCD="TTNIHU")["EVNTDESC"].item() == "Response at Month 12"


def test_death_after_the_last_assessment_competes_with_response():
    found = responses("N", None, None, died="2021-08-08")
    assert found[0] == (161, 2)


def test_a_value_without_baseline_is_no_assessment_of_response_but_ends_observation():
    data = derive_safety(MiniExport())
    adeff = pick(score(MiniExport()), SUBJID="001").assign(CRIT1FL=None)
    found = build_adtte(data["adsl"], data["adae"], adeff, trial())
    assert one(found, "001", "TTNIH") == (370, 1)


def test_nobody_randomised_gives_no_rows():
    assert times(MiniExport(), "2021-02-21").empty
