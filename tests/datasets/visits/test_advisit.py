"""Status of every due form at the cut-off, rule by rule, and that the six partition everybody."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini_data import cut
from mini_export import MiniExport, trial
from score_export import drop_form, pick, status

from helpers.datasets.assessments.form_status import summarize_forms
from helpers.datasets.finish import finish_dataset
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.visits.advisit import STATUSES, build_advisit, build_grid, derive_status

# 003: control, anchor 2021-03-12. Month 6: due 2021-09-11, window 2021-08-21 to 2021-10-02.
# 001: dosed 2021-03-05 and 2021-06-04; month 3 due 2021-06-04, window 2021-05-21 to 06-18.


def one(mini, cutoff, subject="003", visit="M06", form="NIHSS"):
    return pick(finish_dataset(status(mini, cutoff)), SUBJID=subject, AVISIT=visit, FORM=form).iloc[
        0
    ]


def without(visit="M06", subject="003", **end):
    """The form is not there; `end` is a row of the disposition."""
    mini = drop_form(MiniExport(), subject, visit, "NIHSS")
    if end:
        mini.drop("ds", SUBJID=subject, DSSEQ="3")
        study = {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY"}
        mini.add("ds", subject, DSSEQ="3", **study, **end)
    return mini


def test_due_date_and_window_count_from_the_anchor():
    row = one(MiniExport(), "2022-06-01")
    days = [row[name].date().isoformat() for name in ("DUEDT", "WINLO", "WINHI")]
    assert days == ["2021-09-11", "2021-08-21", "2021-10-02"]
    treated = one(MiniExport(), "2022-06-01", "001", "BL")
    days = [treated[name].date().isoformat() for name in ("DUEDT", "WINLO", "WINHI")]
    assert days == ["2021-03-05", "2021-02-05", "2021-03-05"]


@pytest.mark.parametrize(
    ("cutoff", "expected"),
    [
        ("2021-08-20", "NOT_DUE"), ("2021-08-21", "IN_WINDOW"), ("2021-10-02", "IN_WINDOW"),
        ("2021-10-03", "MISSED"),
    ],
)  # fmt: skip
def test_a_form_not_received_is_not_due_then_in_window_then_missed(cutoff, expected):
    assert one(without(), cutoff)["STATUS"] == expected


@pytest.mark.parametrize(
    ("cutoff", "expected"), [("2021-09-10", "IN_WINDOW"), ("2021-09-11", "RECEIVED")]
)
def test_a_form_is_received_from_its_own_day_on(cutoff, expected):
    row = one(MiniExport(), cutoff)
    assert row["STATUS"] == expected
    assert row["RECEIVED"] == ("Y" if expected == "RECEIVED" else None)


@pytest.mark.parametrize(("died", "expected"), [("2021-10-01", "DEAD"), ("2021-10-02", "MISSED")])
def test_death_before_the_window_closes_explains_the_form(died, expected):
    mini = without(DSDECOD="DEATH", DSSTDTC=died)
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC=died)
    assert one(mini, "2022-06-01")["STATUS"] == expected


def test_death_wins_over_leaving_for_it_and_a_death_without_a_day_has_that_of_its_record():
    mini = without(DSDECOD="DEATH", DSSTDTC="2021-07-01")
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC=None)
    assert one(mini, "2022-06-01")["STATUS"] == "DEAD"


@pytest.mark.parametrize(
    ("left", "expected"), [("2021-10-01", "LEFT"), ("2021-10-02", "MISSED"), ("2021-07-01", "LEFT")]
)
def test_who_left_before_the_window_closed_has_left(left, expected):
    mini = without(DSDECOD="LOST_TO_FOLLOW_UP", DSSTDTC=left)
    assert one(mini, "2022-06-01")["STATUS"] == expected


@pytest.mark.parametrize(
    ("cutoff", "expected"), [("2021-09-29", "IN_WINDOW"), ("2021-09-30", "MISSED")]
)
def test_who_completed_with_a_form_missing_missed_it_at_once(cutoff, expected):
    mini = without(DSDECOD="COMPLETED", DSSTDTC="2021-09-30")
    assert one(mini, cutoff)["STATUS"] == expected
    assert one(mini, "2022-06-01")["STATUS"] == "MISSED"


def test_a_visit_said_not_to_be_done_is_missed_with_its_reason_before_the_window_closes():
    mini = without()
    where = {"SUBJID": "003", "VISIT": "M06"}
    mini.change("sv", where, SVSTAT="NOT DONE", SVSTDTC="2021-08-25", SVREASND="travel")
    row = one(mini, "2021-08-26")
    assert (row["STATUS"], row["REASON"]) == ("MISSED", "travel")


def test_a_visit_made_up_for_after_all_is_not_missed():
    mini = without()
    mini.add("sv", "003", VISIT="M06", SVSEQ="2", SVSTAT="NOT DONE", SVSTDTC="2021-08-25")
    assert one(mini, "2021-09-30")["STATUS"] == "IN_WINDOW"


def test_a_form_left_out_at_a_visit_that_was_done_says_why_once_it_is_missed():
    mini = without()
    none = {"VISIT": "M06", "QSCAT": "NIHSS", "QSTESTCD": "ALL", "QSDTC": "2021-09-11"}
    mini.add("qs", "003", QSSTAT="NOT DONE", QSREASND="rater away", **none)
    assert one(mini, "2021-09-30")[["STATUS", "REASON"]].tolist() == ["IN_WINDOW", None]
    assert one(mini, "2021-10-30")[["STATUS", "REASON"]].tolist() == ["MISSED", "rater away"]


def test_a_received_form_stays_received_whatever_happened_later():
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2021-09-12")
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, DSDECOD="DEATH", DSSTDTC="2021-09-12")
    assert one(mini, "2022-06-01")["STATUS"] == "RECEIVED"
    assert one(mini, "2022-06-01", visit="M12")["STATUS"] == "RECEIVED"  # its form is there (C19)


@pytest.mark.parametrize(
    ("date", "expected", "inside"),
    [
        ("2021-06-12", "RECEIVED", "N"),
        ("2021-08-20", "RECEIVED", "N"),
        ("2021-08-21", "RECEIVED", "Y"),
        ("2021-12-11", "RECEIVED", "N"),
        ("2021-12-12", "MISSED", None),
    ],
)
def test_the_analysis_window_decides_what_is_received_the_protocol_window_is_told(
    date, expected, inside
):
    mini = drop_form(MiniExport(), "003", "M03", "NIHSS")
    drop_form(mini, "003", "M12", "NIHSS")
    mini.change("qs", {"SUBJID": "003", "VISIT": "M06", "QSCAT": "NIHSS"}, QSDTC=date)
    visit = "M03" if date == "2021-06-12" else "M06"
    row = one(mini, "2022-06-01", visit=visit)
    assert row["STATUS"] == expected
    assert row["WINFL"] == ("Y" if date == "2021-06-12" else inside)


def test_a_received_form_is_usable_where_all_its_scores_can_be_computed():
    mini = drop_form(MiniExport(), "003", "M12", "NIHSS")
    month6 = {"SUBJID": "003", "VISIT": "M06"}
    mini.change("qs", month6 | {"QSTESTCD": "n9"}, QSORRES=None)
    mini.change("qs", month6 | {"QSTESTCD": "q2"}, QSORRES=None)  # stands in no scale
    for item in ("q1", "q33", "q34", "q35"):  # 4 of the 5 of general health: no component
        mini.change("qs", {"SUBJID": "003", "VISIT": "M03", "QSTESTCD": item}, QSORRES=None)
    frame = pick(finish_dataset(status(mini)), SUBJID="003")
    found = frame.set_index(["FORM", "AVISIT"])["USABLEFL"]
    assert found["NIHSS"].tolist() == ["Y", "Y", "N", None]
    assert found["SF36"].tolist() == ["Y", "N", "Y", "Y"]
    assert set(found["FIM"]) == {"Y"}


def test_a_usable_form_is_used_before_a_nearer_one_without_a_score():
    mini = MiniExport()
    for row in mini.pick("qs", SUBJID="003", VISIT="M06", QSCAT="NIHSS"):
        mini.rows["qs"].append(row | {"VISIT": "UNS", "QSDTC": "2021-09-20"})
    mini.touched.add("qs")
    where = {"SUBJID": "003", "VISIT": "M06", "QSCAT": "NIHSS"}
    mini.change("qs", where | {"QSTESTCD": "n9"}, QSORRES=None)
    row = one(mini, "2022-06-01")
    assert (row["ADT"].date().isoformat(), row["USABLEFL"]) == ("2021-09-20", "Y")


def test_a_form_of_which_no_score_is_made_is_usable_when_it_is_received():
    known = trial()
    kept = {code: score for code, score in known.scores.items() if score.form != "MAS"}
    bare = known.model_copy(update={"scores": kept})
    records = cut(drop_form(MiniExport(), "003", "M06", "MAS"))
    day = pd.Timestamp("2022-06-01")
    frame = finish_dataset(build_advisit(records, build_adsl(records, bare, day), bare, day))
    found = pick(frame, SUBJID="003", FORM="MAS")["USABLEFL"].tolist()
    assert found == ["Y", "Y", None, "Y"]


@pytest.mark.parametrize(
    ("date", "expected"), [("2021-06-11", "RECEIVED"), ("2021-06-12", "MISSED")]
)
def test_month_3_after_dose_2_is_received_only_within_7_days(date, expected):
    mini = MiniExport()
    mini.change("qs", {"SUBJID": "001", "VISIT": "M03", "QSCAT": "NIHSS"}, QSDTC=date)
    row = one(mini, "2022-06-01", "001", "M03")
    assert row["STATUS"] == expected
    assert row["AFTERD2"] == ("Y" if expected == "RECEIVED" else None)


def test_the_open_reduction_gives_the_same_status_as_the_items_where_nobody_is_dosed():
    mini = drop_form(MiniExport(), "003", "M03", "FIM")
    mini.change("qs", {"SUBJID": "003", "VISIT": "M06", "QSTESTCD": "n2"}, QSORRES=None)
    day = pd.Timestamp("2022-06-01")
    records = cut(mini)
    tables = {name: records[name] for name in records.tables if name not in ("rand", "ex", "lot")}
    unseen = records.with_tables(tables)
    adsl = build_adsl(unseen, trial(), day)
    reduced = unseen.with_tables({**tables, "qs": summarize_forms(records["qs"])})
    columns = ["SUBJID", "FORM", "AVISIT", "ADT", "STATUS", "WINLO", "WINHI", "WINFL"]
    both = [build_advisit(some, adsl, trial(), day)[columns] for some in (unseen, reduced)]
    pd.testing.assert_frame_equal(*both)
    assert not {"TRT01P", "USABLEFL"} & set(build_advisit(reduced, adsl, trial(), day))
    closed = status(mini)
    same = closed[closed["SUBJID"] == "003"].reset_index(drop=True)["STATUS"]
    open_ = both[0][both[0]["SUBJID"] == "003"].reset_index(drop=True)["STATUS"]
    assert same.tolist() == open_.tolist()


@settings(max_examples=60, deadline=None)
@given(
    cutoff=st.integers(0, 500),
    people=st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 500)),
            st.one_of(st.none(), st.integers(0, 500)),
            st.booleans(),
            st.lists(st.sampled_from([None, "received", "not done"]), min_size=20, max_size=20),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_the_six_statuses_partition_the_randomised_at_every_visit(cutoff, people):
    start = pd.Timestamp("2022-01-10")
    count = len(people)

    def days(place):
        offsets = pd.Series([person[place] for person in people], dtype="Float64")
        return (start + pd.to_timedelta(offsets, unit="D")).astype("datetime64[s]")

    adsl = pd.DataFrame({"SUBJID": [str(n) for n in range(count)], "ITTFL": "Y"})
    adsl = adsl.assign(USUBJID=adsl["SUBJID"], ANCHORDT=start, DTHDT=days(0), EOSDT=days(1))
    left = [not person[2] for person in people]
    adsl["EOSSTT"] = ["DISCONTINUED" if gone else "ONGOING" for gone in left]
    adsl["EOSREAS"] = None
    grid = build_grid(adsl, trial())
    said = [what for person in people for what in person[3]]
    grid["ADT"] = pd.Series(
        [start if what == "received" else pd.NaT for what in said], dtype="datetime64[s]"
    )
    grid["NOTDONE"] = [True if what == "not done" else None for what in said]
    found = derive_status(grid, adsl, start + pd.Timedelta(days=cutoff))
    assert set(found) <= set(STATUSES)
    counts = grid.assign(STATUS=found).groupby(["FORM", "AVISIT"])["STATUS"].count()
    assert (counts == count).all()
    assert ((found == "RECEIVED") == grid["ADT"].notna()).all()


def test_only_randomised_persons_and_forms_that_are_due_have_a_row():
    frame = status(MiniExport())
    assert set(frame["SUBJID"]) == {"001", "002", "003"}
    assert frame.groupby("AVISIT").size().to_dict() == dict.fromkeys(
        ["BL", "M03", "M06", "M12"], 15
    )
    assert not frame.duplicated(["USUBJID", "AVISIT", "FORM"]).any()


def test_nobody_randomised_yet_gives_an_empty_data_set():
    assert status(MiniExport(), "2021-02-21").empty
