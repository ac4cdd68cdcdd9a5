"""Trigger dates: the first day on which the data, cut at it, fulfil the condition."""

from functools import cache

import pandas as pd
import pytest
from mini_data import interim, once_per_export
from mini_export import PARAMS, MiniExport, trial

from helpers.datasets.source import read_source
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.triggers.schedule import find_reached
from helpers.datasets.triggers.schedule_records import read_schedule_records
from helpers.datasets.visits.advisit import build_advisit
from helpers.intake.cutoff import cut_records
from helpers.intake.schema import load_access
from helpers.params.interim import Trigger
from helpers.simulate import write_export

# The clean export: 001 randomised 2021-03-01, dosed 03-05 and 06-04, month 3 on 06-03, month 6 on
# 09-04; 002 randomised 03-10, dosed 03-15 and 06-14, visits 06-13 and 09-14; 003 control,
# randomised 03-12, visits 06-11 and 09-11. Month 12: 2022-03-05, 03-15, 03-12.


def trigger(kind, persons, **values):
    return Trigger(kind=kind, persons=persons, **values)


@cache
def trial_of(planned):
    """The trial with another planned number: enrolment is over when it is randomised."""
    accrual = trial().accrual.model_copy(update={"planned": planned})
    return trial().model_copy(update={"accrual": accrual})


@once_per_export
def read(mini):
    return mini.records()


def reach(mini, rule, planned=3):
    found = find_reached(read(mini), trial_of(planned), rule)
    return None if found.date is None else found.date.date().isoformat()


FOLLOWED = {"kind": "days_after_anchor", "days": 30}
DOSED = {"kind": "visit_and_dose", "visit": "M03", "dose": 2, "days": 7}
FORM = {"kind": "form_received", "form": "NIHSS", "visit": "M06"}
LAST = {"kind": "visit_resolved", "visit": "M12"}


@pytest.mark.parametrize(
    ("rule", "persons", "date"),
    [
        # the treated count 30 days after dose 1, the control 30 days after randomisation
        (FOLLOWED, 1, "2021-04-04"),
        (FOLLOWED, 2, "2021-04-11"),
        (FOLLOWED, 3, "2021-04-14"),
        (DOSED, 1, "2021-06-11"),
        (DOSED, 2, "2021-06-11"),
        (DOSED, 3, "2021-06-21"),
        (FORM, 1, "2021-09-04"),
        (FORM, 2, "2021-09-11"),
        (FORM, 3, "2021-09-14"),
        (LAST, "all", "2022-03-15"),
    ],
)
def test_trigger_dates_of_the_clean_export(rule, persons, date):
    assert reach(MiniExport(), trigger(persons=persons, **rule)) == date


def test_a_person_not_dosed_yet_counts_until_the_day_of_the_dose():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXSTDTC="2021-04-10T10:00")
    # 001: 30 days after randomisation from 03-31 to 04-09, and again from 05-10
    assert reach(mini, trigger(persons=1, **FOLLOWED)) == "2021-03-31"
    assert reach(mini, trigger(persons=2, **FOLLOWED)) == "2021-04-14"
    assert reach(mini, trigger(persons=3, **FOLLOWED)) == "2021-05-10"


def test_who_died_left_or_had_the_dose_cancelled_cannot_hold_a_trigger_up():
    mini = MiniExport()
    mini.change("ex", {"SUBJID": "002", "DOSENUM": "2"}, EXOCCUR="N", EXSTDTC=None,
                EXENDTC=None, ENTRYDTC="2021-06-10T12:00")  # fmt: skip
    assert reach(mini, trigger(persons=3, **DOSED)) == "2021-06-13"
    dead = MiniExport()
    dead.change("dm", {"SUBJID": "002"}, DTHFL="Y", DTHDTC="2021-05-01")
    assert reach(dead, trigger(persons=3, **DOSED)) == "2021-06-11"
    left = MiniExport()
    left.change("ds", {"SUBJID": "002", "DSSEQ": "3"}, DSDECOD="LOST_TO_FOLLOW_UP",
                DSSTDTC="2021-05-02")  # fmt: skip
    assert reach(left, trigger(persons=3, **DOSED)) == "2021-06-11"


def test_a_person_whose_first_dose_was_cancelled_waits_for_no_second():
    mini = MiniExport()
    for number in ("1", "2"):
        mini.drop("ex", SUBJID="002", DOSENUM=number)
    none = {"EXSEQ": "1", "DOSENUM": "1", "EXOCCUR": "N", "ENTRYDTC": "2021-03-20T10:00"}
    mini.add("ex", "002", **none)
    assert reach(mini, trigger(persons=3, **DOSED)) == "2021-06-13"


def test_a_visit_that_nobody_recorded_is_over_when_its_window_has_closed():
    mini = MiniExport()
    mini.drop("sv", SUBJID="003", VISIT="M03")
    # window of 003 closes on day 105, 2021-06-25
    assert reach(mini, trigger(persons=3, **DOSED)) == "2021-06-26"
    mini.add("sv", "003", VISIT="M03", SVSEQ="1", SVSTAT="NOT DONE", SVSTDTC="2021-06-20")
    assert reach(mini, trigger(persons=3, **DOSED)) == "2021-06-21"


def test_a_trigger_for_a_form_holds_when_nobody_is_left_in_whom_it_can_come():
    mini = MiniExport()
    mini.drop("qs", SUBJID="003", VISIT="M06", QSCAT="NIHSS")
    # the window of 003 closes on 2021-10-02
    assert reach(mini, trigger(persons=3, **FORM)) == "2021-10-03"
    assert reach(mini, trigger(persons=2, **FORM)) == "2021-09-14"
    mini.change("ds", {"SUBJID": "003", "DSSEQ": "3"}, DSDECOD="LOST_TO_FOLLOW_UP",
                DSSTDTC="2021-09-20")  # fmt: skip
    assert reach(mini, trigger(persons=3, **FORM)) == "2021-09-20"


def test_the_last_visit_is_resolved_when_every_form_of_it_is():
    mini = MiniExport()
    mini.drop("qs", SUBJID="002", VISIT="M12", QSCAT="SF36")
    # 002 completed on 2022-03-15: what is missing then will not come
    assert reach(mini, trigger(persons="all", **LAST)) == "2022-03-15"
    mini.drop("ds", SUBJID="002", DSSEQ="3")
    # the window of 002 closes on day 395, 2022-04-14
    assert reach(mini, trigger(persons="all", **LAST)) == "2022-04-15"


@pytest.mark.parametrize("planned", [4, 48])
def test_a_trigger_for_everybody_or_nobody_left_waits_for_the_end_of_enrolment(planned):
    mini = MiniExport()
    mini.drop("qs", SUBJID="003", VISIT="M06", QSCAT="NIHSS")
    # of the three randomised nobody is left who can; a fourth is still to come
    assert reach(mini, trigger(persons=3, **FORM), planned) is None
    assert reach(mini, trigger(persons=2, **FORM), planned) == "2021-09-14"
    assert reach(mini, trigger(persons="all", **LAST), planned) is None
    found = find_reached(mini.records(), trial_of(planned), trigger(persons="all", **LAST))
    assert (found.needed, found.counted, found.lacking) == (planned, 3, planned - 3)


def test_more_randomised_than_planned_are_waited_for_as_well():
    assert reach(MiniExport(), trigger(persons="all", **LAST), planned=2) == "2022-03-15"


def test_a_trigger_that_is_not_reached_says_how_many_are_lacking():
    mini = MiniExport()
    mini.extract = pd.Timestamp("2021-09-12T12:00")
    found = find_reached(mini.records(), trial_of(3), trigger(persons=3, **FORM))
    assert found.date is None
    assert (found.needed, found.counted, found.lacking) == (3, 2, 1)
    assert (found.randomised, found.pipeline, found.all_doses) == (3, 1, 2)


def test_the_pipeline_is_who_has_entered_and_does_not_count_yet():
    found = find_reached(MiniExport().records(), trial(), trigger(persons=1, **FORM))
    assert (found.counted, found.randomised, found.pipeline, found.all_doses) == (1, 3, 2, 2)


def test_nobody_randomised_reaches_nothing():
    mini = MiniExport()
    mini.touched.add("rand")
    mini.rows["rand"] = []
    for rule in (trigger(persons=1, **FOLLOWED), trigger(persons="all", **LAST)):
        found = find_reached(mini.records(), trial(), rule)
        assert (found.date, found.counted, found.randomised) == (None, 0, 0)
        assert found.lacking >= 1


# A second, slow way: cut the export at a day and count with the data sets of a report.

RULES = [
    trigger(persons=4, **FOLLOWED),
    trigger(persons=7, **FOLLOWED),
    trigger(persons=6, **DOSED),
    trigger(persons=12, **DOSED),
    trigger(persons=5, **FORM),
    trigger(persons=18, **FORM),
    trigger(persons="all", **LAST),
]


@cache
def export_of(seed, folder):
    path = folder / str(seed)
    write_export(path, n_per_arm=6, seed=seed)
    whole = read_source(path, PARAMS, trial(), interim(), load_access(PARAMS, "closed_unmasked"))
    return read_schedule_records(path, PARAMS, trial()), whole


@cache
def cut_of(seed, folder, day):
    """Records and participants of an export as known on a day."""
    _, source = export_of(seed, folder)
    cut = cut_records(source.records, source.schemas, day)[0]
    return cut, build_adsl(cut, trial(), day)


def holds(seed, folder, rule, day):
    """Whether the data cut at a day fulfil the rule, by adsl, advisit and the visit table."""
    cut, adsl = cut_of(seed, folder, day)
    adsl = adsl.set_index("SUBJID")
    adsl = adsl[adsl["ITTFL"] == "Y"]
    gone = adsl["DTHDT"].notna() | adsl["EOSSTT"].isin(["DISCONTINUED", "COMPLETED"])
    everybody = export_of(seed, folder)[1].records["rand"]["SUBJID"].nunique()
    if rule.kind == "days_after_anchor":
        counted = ((day - adsl["ANCHORDT"]).dt.days >= rule.days) | gone
        return counted.sum() >= rule.persons
    if rule.kind == "visit_and_dose":
        sv = cut["sv"]
        known = sv[(sv["VISIT"] == rule.visit) & sv["SVSTAT"].isin(["DONE", "NOT DONE"])]
        high = next(v.protocol[1] for v in trial().visits if v.code == rule.visit)
        over = (day - adsl["ANCHORDT"]).dt.days > high
        seen = adsl.index.isin(known["SUBJID"]) | over
        ex = cut["ex"]
        never = ex[(ex["EXOCCUR"] == "N") & ((ex["DOSENUM"] == 2) | ~ex["SUBJID"].isin(
            ex.loc[ex["EXOCCUR"] == "Y", "SUBJID"]))]["SUBJID"]  # fmt: skip
        second = (day - adsl["TRT2DTM"].dt.normalize()).dt.days >= rule.days
        dosed = (adsl["TRT01P"] == "CTL") | second | adsl.index.isin(never)
        return ((seen & dosed) | gone).sum() >= rule.persons
    visits = build_advisit(cut, adsl.reset_index(), trial(), day)
    if rule.kind == "form_received":
        rows = visits[(visits["FORM"] == rule.form) & (visits["AVISIT"] == rule.visit)]
        settled = len(rows) == everybody and not rows["STATUS"].isin(["NOT_DUE", "IN_WINDOW"]).any()
        return (rows["STATUS"] == "RECEIVED").sum() >= rule.persons or settled
    rows = visits[visits["AVISIT"] == rule.visit]
    settled = ~rows["STATUS"].isin(["NOT_DUE", "IN_WINDOW"])
    return rows["SUBJID"].nunique() == everybody and bool(settled.all())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exports")


# another trial by the same rules is slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}-{rule.persons}")
def test_the_condition_holds_on_the_day_and_on_no_day_before(seed, rule, folder):
    records, _ = export_of(seed, folder)
    date = find_reached(records, trial_of(18), rule).date
    assert date is not None
    assert holds(seed, folder, rule, date)
    for back in (1, 30):
        assert not holds(seed, folder, rule, date - pd.Timedelta(days=back))
