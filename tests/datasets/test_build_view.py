"""From an export folder to the view of one interim: findings, exclusions, counts, audiences."""

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from mini_export import PARAMS, MiniExport, trial

from helpers.bundle import pack_view, unpack_view
from helpers.datasets.build import build_view
from helpers.datasets.triggers.schedule import find_trigger_cutoff
from helpers.datasets.visits.due import find_due_cutoff
from helpers.errors import CutoffError, ExportError, UsageError
from helpers.params import load_interim
from helpers.params.interim import Interim, Trigger
from helpers.params.trial import Trial
from helpers.view import ClosedView, OpenView, View

CLOSED, OPEN = "closed_unmasked", "open"


def day(text: str):
    return pd.Timestamp(text).date()


@pytest.fixture
def build(tmp_path: Path):
    """Write rows and build a view of them."""

    def write_and_build(
        mini: MiniExport, audience: str = CLOSED, name: str = "ia2", **changes: object
    ) -> View:
        folder = mini.write(tmp_path / "export")
        settled = {"cutoff": day("2022-06-01"), **changes}
        interim = load_interim(PARAMS, name, trial()).model_copy(update=settled)
        return build_view(folder, PARAMS, trial=trial(), interim=interim, audience=audience)

    return write_and_build


def build_at(
    mini: MiniExport,
    audience: str,
    cutoff: str,
    name: str = "ia2",
    own: Trial | None = None,
    committee: str = "",
    **changes: object,
) -> View:
    with TemporaryDirectory() as place:
        folder = mini.write(Path(place) / "export")
        params = PARAMS
        if committee:
            params = Path(shutil.copytree(PARAMS, Path(place) / "params"))
            (params / "committee.yaml").write_text(committee)
        interim = load_interim(params, name, trial())
        settled = interim.model_copy(update={"cutoff": day(cutoff), **changes})
        chosen = own or trial()
        return build_view(folder, params, trial=chosen, interim=settled, audience=audience)


@cache
def clean(audience: str, cutoff: str = "2022-06-01") -> View:
    """View of the clean export, which no test changes."""
    return build_at(MiniExport(), audience, cutoff)


@pytest.fixture
def find_day(tmp_path: Path):
    """The cut-off that a view of the clean export would have."""

    def find(audience: str, name: str = "ia2", **changes: object) -> pd.Timestamp:
        folder = MiniExport().write(tmp_path / "export")
        interim = load_interim(PARAMS, name, trial()).model_copy(update=changes)
        return find_due_cutoff(folder, PARAMS, trial(), interim, restricted=audience == CLOSED)

    return find


@cache
def flawed(audience: str = CLOSED) -> View:
    """View of an export with a flaw of every kind that touches no other; nobody changes it."""
    mini = MiniExport()
    mini.copy_person("003", "005")
    mini.change("ds", {"SUBJID": "005", "DSCAT": "DISPOSITION"}, **WITHDRAWN)
    mini.copy_person("003", "006")
    mini.change("ae", {"SUBJID": "006"}, AEREL="DEFINITE", AEONGO="Y")
    mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXROUTE="INTRATHECAL")
    row = mini.pick("ae", SUBJID="003")[0]
    mini.rows["ae"].append({**row, "SUBJID": "999"})
    mini.change("ae", {"SUBJID": "003"}, ENTRYDTC="2022-07-01T10:00")
    for (table, visit, test), values in IMPOSSIBLE.items():
        mini.change(table, {"SUBJID": "003", "VISIT": visit, FIELDS[table]: test}, **values)
    mini.change("qs", {"SUBJID": "003", "VISIT": "BL", "QSTESTCD": "fim01_eating"}, QSORRES="8")
    for table in ("sv", "qs", "lb", "vs"):
        mini.drop(table, SUBJID="003", VISIT="M06")
    return build_at(mini, audience, "2022-06-01", committee=COMMITTEE)


COMMITTEE = """
protocol: [{version: '1', date: 2021-03-01}]
recommendations: [{interim: ia1, date: 2022-03-10, recommendation: stop_arm, arms: [IT]}]
"""
WITHDRAWN = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": "DATA_USE", "DSSTDTC": "2021-06-20"}
FIELDS = {"lb": "LBTESTCD", "vs": "VSTESTCD"}
IMPOSSIBLE = {
    ("lb", "BL", "HGB"): {"LBORRES": "9999999"},
    ("lb", "M03", "HGB"): {"LBORRESU": "furlong"},
    ("vs", "BL", "TEMP"): {"VSORRES": "98.6"},
}


def list_found(view: View) -> set[tuple[str, str]]:
    return set(zip(view.findings["id"], view.findings["SUBJID"], strict=True))


def test_the_type_of_the_view_is_that_of_its_audience():
    assert type(clean(CLOSED)) is ClosedView
    assert type(clean(OPEN)) is OpenView


def test_an_open_view_holds_what_the_allow_list_names_and_no_more():
    view = clean(OPEN)
    expected = "adsl adae adcm advisit addv adie adqry previous"
    assert set(view.datasets) == set(expected.split())
    assert set(view.datasets) == set(view.access.datasets)


def test_a_closed_view_holds_every_data_set():
    expected = (
        "adsl adex adae adqs adeff advisit adtte adlb advs addv adie adqry previous postcut found"
    )
    monitoring = (
        "adstop adpause adlot adcm admh aesi earlier_reports adharm adcoint adsdv adaemat adbr "
        "compared_looks cuteffect recount"
    )
    assert set(clean(CLOSED).datasets) == {*expected.split(), *monitoring.split()}


TELLS = (
    "TRT01P TRT01A TRT01PN TRT01AN SAFFL PPFL DOSES TRTSDTM TRT2DTM TRTEDTM LDDTHELD ROUTE1 "
    "EOTSTT EOTREAS DOSEREF DOSEROUTE HRSINF W72FL ADMINFL BIN TRTEMFL BTWNFL AAFL AALISTFL "
    "NODOSEFL WAITSTT WAITENDT D1STAT D2STAT "
    "RELFL AEREL AERELPR AEACN AETERM AEDECOD AENARR AEPRESP AEEXPECT DVTERM SEVTOXFL QSORRES"
)


def test_no_column_of_an_open_view_tells_an_arm_a_dose_or_an_answer():
    for name, frame in clean(OPEN).datasets.items():
        assert set(TELLS.split()).isdisjoint(frame.columns), name


def test_no_score_at_baseline_is_in_an_open_view():
    scores = {row.variable for row in trial().baseline_table if row.score}
    others = {row.variable for row in trial().baseline_table} - scores
    adsl = clean(OPEN)["adsl"]
    assert scores.isdisjoint(adsl.columns)
    # hours of rehabilitation are no column that open readers may load
    assert others - set(adsl.columns) == set(trial().baseline_sources.weekly_hours)


def test_open_and_closed_readers_see_the_same_visit_status_while_anchors_agree():
    keys = ["USUBJID", "AVISIT", "FORM", "STATUS"]
    seen = [
        view["advisit"].query("SUBJID == '003'")[keys].reset_index(drop=True)
        for view in (clean(OPEN), clean(CLOSED))
    ]
    pd.testing.assert_frame_equal(*seen)


def test_the_open_view_counts_days_from_randomisation():
    adsl = clean(OPEN)["adsl"].set_index("SUBJID")
    assert adsl.loc["001", "ANCHORDT"] == pd.Timestamp("2021-03-01")


def test_a_record_of_an_unknown_person_is_left_out_counted_and_named():
    view = flawed()
    assert ("C01", "999") in list_found(view)
    assert "NCT05292625-999" not in set(view["adae"]["USUBJID"])
    counts = view.counts.set_index("table").loc["ae"]
    # of an unknown person and after a withdrawal; two of 001 and one of 006 are kept
    assert (counts["received"], counts["excluded"], counts["kept"]) == (6, 2, 3)


def test_records_after_the_withdrawal_of_data_use_are_left_out():
    view = flawed()
    assert ("C44", "005") in list_found(view)
    assert "NCT05292625-005" not in set(view["adae"]["USUBJID"])
    assert "NCT05292625-006" in set(view["adae"]["USUBJID"])
    visits = view["adeff"].query("USUBJID == 'NCT05292625-005'")["AVISIT"]
    assert set(visits) == {"BL", "M03"}


@pytest.mark.parametrize(
    ("place", "check", "dataset", "kept"),
    [
        (("lb", "BL", "HGB"), "C33", "adlb", "LBORRES"),
        (("lb", "M03", "HGB"), "C33", "adlb", "LBORRESU"),
        (("vs", "BL", "TEMP"), "C36", "advs", "OBSVAL"),
    ],
)
def test_an_impossible_value_is_not_analysed_and_stays_where_it_was(place, check, dataset, kept):
    view = flawed()
    (value,) = IMPOSSIBLE[place].values()
    found = view.findings[view.findings["id"] == check]
    assert [value in text for text in found["text"]].count(True) == 1
    frame, (_, visit, test) = view[dataset], place
    rows = frame[(frame["SUBJID"] == "003") & (frame["VISIT"] == visit)]
    (row,) = rows[rows["PARAMCD"] == test].to_dict("records")
    assert pd.isna(row["AVAL"])
    assert str(row[kept]) == value


def test_no_other_value_is_called_impossible():
    found = flawed().findings["id"].value_counts()
    assert (found["C33"], found["C36"]) == (2, 1)


def test_an_illegal_answer_is_empty_for_analysis_and_stays_in_its_finding():
    view = flawed()
    (text,) = view.findings.loc[view.findings["id"] == "C28", "text"]
    assert "8" in text
    frame = view["adqs"].query("SUBJID == '003' and VISIT == 'BL' and QSTESTCD == 'fim01_eating'")
    assert frame["AVALC"].isna().all()
    assert len(frame) == 1


@cache
def earlier_snapshot() -> View:
    """What an export was before its last entries, cut before serious events and a death."""
    mini = MiniExport()
    mini.copy_person("003", "005")
    mini.change("ae", {"SUBJID": "005"}, ENTRYDTC="2021-10-01T10:00")
    mini.change("ae", {"SUBJID": "001", "AESEQ": "2"}, RECSTAT="DELETED")
    mini.change("ho", {"SUBJID": "003"}, HOSTDTC=None)
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2021-07-05")
    (event,) = mini.pick("ae", SUBJID="001", AESEQ="1")
    for number, start in enumerate(LATE, 11):
        more = {"AESEQ": str(number), "AESTDTC": start, "AEENDTC": None, "AESER": "Y"}
        mini.rows["ae"].append({**event, **more})
    return build_at(mini, CLOSED, "2021-05-31", extract=pd.Timestamp("2021-09-10"))


LATE = {  # start of an event of 001: the dose before it and the days since
    "2021-06-04T09:00": (1, 91),  # the second dose of that day began at 10:00
    "2021-06-04": (2, 0),  # a day without a time is over: dose 2 came before
    "2021-06-04T10:30": (2, 0),
    "2021-07": (2, 27),  # the first possible day
}


def test_received_rows_are_kept_or_counted_under_one_reason():
    counts = earlier_snapshot().counts
    reasons = ["deleted", "entered_later", "duplicates", "excluded", "after_cutoff", "kept"]
    assert list(counts.columns) == ["table", "received", *reasons, "last_entry", "median_lag"]
    assert (counts[reasons].sum(axis=1) == counts["received"]).all()
    assert (counts[reasons].sum() > 0).sum() >= 5


def test_an_earlier_snapshot_leaves_later_entries_out_without_a_finding():
    view = earlier_snapshot()
    assert view.extract == pd.Timestamp("2021-09-10")
    assert view.counts.set_index("table").loc["ae", "entered_later"] == 1
    assert "C48" not in set(view.findings["id"])


@cache
def first_interim() -> View:
    """The first interim of a trial that lists no serious event after the cut-off."""
    mini = MiniExport()
    for number, entered in enumerate(("2021-03-07T23:00", "2021-06-08T12:00", "2021-07-02T01:00")):
        mini.rows["ae"][number]["ENTRYDTC"] = entered
    dates = trial().dates.model_copy(update={"post_cutoff_sae_listing": False})
    own = trial().model_copy(update={"dates": dates})
    return build_at(mini, CLOSED, "2022-02-20", "ia1", own, COMMITTEE)


def test_currency_is_that_of_the_kept_rows_in_days_since_the_event_or_consent():
    counts = first_interim().counts.set_index("table")
    assert counts.loc["ae", "median_lag"] == 2.0
    assert counts.loc["ae", "last_entry"] == pd.Timestamp("2021-07-02T01:00")
    # a drug begun a year before consent on 5 March was entered on the 6th
    assert counts.loc["cm", "median_lag"] == 1.0


def test_a_trial_can_do_without_the_listing_of_events_after_the_cutoff():
    assert clean(CLOSED).has("postcut")
    assert not first_interim().has("postcut")


def test_the_first_interim_has_nothing_before_it():
    previous = first_interim()["previous"]
    assert previous.empty
    assert list(previous.columns) == ["INTERIM", "CUTDT", "KIND", "USUBJID", "SEQ"]


def test_a_row_entered_after_the_export_was_made_is_a_finding_and_no_data():
    view = flawed()
    assert ("C48", "003") in list_found(view)
    assert "003" not in set(view["adae"]["SUBJID"])
    assert view.counts.set_index("table").loc["ae", "entered_later"] == 1


def test_checks_against_the_cutoff_are_among_the_findings():
    assert ("C41", "003") in list_found(flawed())


def test_an_export_made_before_the_cutoff_is_refused_with_both_dates(build):
    with pytest.raises(CutoffError) as error:
        build(MiniExport(), cutoff=day("2022-06-02"))
    assert str(error.value) == (
        "IA2: its cut-off 2022-06-02 lies after the export, which was made on 2022-06-01"
    )
    assert (error.value.exit_code, error.value.not_due) == (2, True)


def test_an_export_made_on_the_day_of_the_cutoff_is_used():
    assert clean(CLOSED).cutoff == pd.Timestamp("2022-06-01")


def test_an_extract_later_than_the_export_is_refused_with_both_moments(find_day):
    with pytest.raises(UsageError) as error:
        find_day(CLOSED, cutoff=day("2022-06-01"), extract=pd.Timestamp("2022-07-01T10:00"))
    assert str(error.value) == (
        "IA2: extract 2022-07-01T10:00 lies after the export, which was made on 2022-06-01T12:00; "
        "write a moment that it knows"
    )


def test_a_cutoff_far_ahead_of_a_trigger_that_held_is_no_matter_of_waiting(find_day):
    trigger = Trigger(kind="days_after_anchor", persons=2, days=30)
    with pytest.raises(CutoffError) as error:
        find_day(CLOSED, cutoff=day("2033-04-18"), trigger=trigger)
    assert "2033-04-18 lies after the export, which was made on 2022-06-01" in str(error.value)
    assert "its trigger held by 2021-04-30: is the cut-off right?" in str(error.value)
    assert not error.value.not_due


def test_an_open_reader_is_not_told_when_a_trigger_held(find_day):
    trigger = Trigger(kind="days_after_anchor", persons=2, days=30)
    with pytest.raises(CutoffError) as error:
        find_day(OPEN, cutoff=day("2033-04-18"), trigger=trigger)
    assert "trigger" not in str(error.value)


def test_an_export_of_another_study_is_refused_for_every_audience(tmp_path):
    folder = MiniExport().write(tmp_path)
    info = json.loads((folder / "export.json").read_text())
    (folder / "export.json").write_text(json.dumps({**info, "study": "OTHER"}))
    interim = load_interim(PARAMS, "ia2", trial())
    for audience in (OPEN, CLOSED):
        with pytest.raises(UsageError, match=r"holds study OTHER, trial\.yaml says NCT"):
            build_view(folder, PARAMS, trial=trial(), interim=interim, audience=audience)
    with pytest.raises(UsageError, match="holds study OTHER"):
        find_trigger_cutoff(folder, PARAMS, trial(), interim, closed=True)


@pytest.mark.parametrize("audience", [OPEN, CLOSED])
@pytest.mark.parametrize(
    ("table", "where", "says"),
    [
        ("dm", {"SUBJID": "003"}, "table dm holds records of study OTHER"),
        ("ie", {}, "table ie holds records of study OTHER"),
    ],
)
def test_participants_or_a_table_of_another_study_are_refused(build, table, where, says, audience):
    mini = MiniExport()
    mini.change(table, where, STUDYID="OTHER")
    with pytest.raises(UsageError) as error:
        build(mini, audience)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_open_readers_get_only_findings_that_their_view_can_compute():
    known, told = (
        {check for check, who in list_found(flawed(audience)) if who in ("001", "006")}
        for audience in (CLOSED, OPEN)
    )
    assert known >= {"C08", "C15", "C23"}
    assert told == {"C15"}


def test_an_event_after_the_cutoff_is_in_one_listing_and_in_no_count():
    view = earlier_snapshot()
    late = view["postcut"].query("SUBJID == '003'")
    assert list(late["KIND"]) == ["SAE", "DEATH"]
    assert late["AEDECOD"].iloc[0] == "Pneumonia"
    assert "003" not in set(view["adae"]["SUBJID"])
    # a control: randomised on 12 March 2021, so that 5 July is day 116; no dose to count from
    assert late["ADY"].iloc[1] == 116
    assert late["DOSEREF"].isna().all()


def test_an_event_of_somebody_who_consented_after_the_cutoff_is_in_that_listing_too():
    late = clean(CLOSED, "2021-01-15")
    assert late["adsl"].empty
    rows = late["postcut"]
    assert list(rows["AEDECOD"]) == ["Pneumonia"]
    assert list(rows["LATERFL"]) == ["Y"]
    assert rows["TRT01P"].notna().all()
    known = earlier_snapshot()["postcut"]
    assert len(known) == 2 + len(LATE)
    assert known["LATERFL"].isna().all()


def test_an_event_after_the_cutoff_counts_from_the_latest_dose_even_if_that_is_after_it_too():
    late = earlier_snapshot()["postcut"].query("SUBJID == '001'")
    late = late.assign(AESEQ=late["AESEQ"].astype(int))
    rows = late.sort_values("AESEQ")[["DOSEREF", "DAYSINF"]].itertuples(index=False, name=None)
    assert list(rows) == list(LATE.values())


def look_at(cutoff: object, name: str, **changes: object) -> Interim:
    first = load_interim(PARAMS, "ia1", trial())
    own = {"cutoff": cutoff, "interim_id": name, "interim_label": name}
    return first.model_copy(update={**own, **changes})


BEFORE = {
    "several": (
        # safety only: it showed no difference
        look_at(day("2021-06-10"), "A", alpha_look=True, reports=("safety",)),
        look_at(day("2021-06-11"), "B", alpha_look=True, reports=("efficacy",)),
        look_at(day("2021-06-12"), "C", nonlook_contrasts=True, reports=("efficacy",)),
        look_at(day("2021-06-13"), "D", reports=("safety", "efficacy")),
        look_at("trigger", "never"),  # of three persons, twelve are needed
        look_at(day("2022-12-31"), "later"),
    ),
    "one": (look_at(day("2022-02-20"), "E"),),
}


@cache
def after(looks: str, audience: str) -> View:
    """View of an export with a death on 2022-02-20, after other interims."""
    mini = MiniExport()
    mini.change("dm", {"SUBJID": "003"}, DTHFL="Y", DTHDTC="2022-02-20")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpers.datasets.build.list_earlier_interims", lambda *_: BEFORE[looks])
        return build_at(mini, audience, "2022-06-01")


def count_known(looks: str, audience: str) -> dict[str, int]:
    return after(looks, audience)["previous"]["KIND"].value_counts().to_dict()


def test_what_was_known_before_is_the_same_export_cut_there():
    # the last of four doses was given on 14 June 2021, the serious event began on 1 July
    assert count_known("several", CLOSED) == {"DOSE": 3, "RANDOMISED": 3}
    assert count_known("several", OPEN) == {"RANDOMISED": 3}
    assert count_known("one", OPEN) == {"RANDOMISED": 3, "SAE": 1, "DEATH": 1}


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_an_interim_that_was_never_reached_or_lies_later_was_not_before_this_one(audience):
    assert set(after("several", audience)["previous"]["INTERIM"]) == {"D"}


def test_a_closed_view_names_the_earlier_safety_reports_and_looks_that_compared_arms():
    closed, blind = (after("several", audience) for audience in (CLOSED, OPEN))
    earlier = closed["earlier_reports"]
    assert list(earlier["INTERIM"]) == ["A", "D"]
    assert [str(moment.date()) for moment in earlier["CUTDT"]] == ["2021-06-10", "2021-06-13"]
    compared = closed["compared_looks"]
    assert list(zip(compared["INTERIM"], compared["LOOK"], strict=True)) == [
        ("B", "ALPHA"),
        ("C", "CHARGED"),
    ]
    assert not blind.has("earlier_reports")
    assert not blind.has("compared_looks")


def test_a_closed_view_holds_the_committee_s_file_as_far_as_its_report_tells_it():
    # recommended after the data of the first interim, before those of the second
    assert list(first_interim()["committee"]["KIND"]) == ["PROTOCOL"]
    assert list(flawed()["committee"]["KIND"]) == ["PROTOCOL", "RECOMMENDATION"]
    assert not flawed(OPEN).has("committee")


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_building_twice_gives_the_same_bytes(build, audience):
    assert pack_view(build(MiniExport(), audience)) == pack_view(clean(audience))


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
def test_a_view_survives_the_way_through_bytes(audience):
    view = clean(audience)
    back = unpack_view(pack_view(view))
    for name, frame in view.datasets.items():
        pd.testing.assert_frame_equal(back[name], frame, obj=name)


def test_an_unknown_audience_is_refused(build):
    with pytest.raises(UsageError, match=r"audience 'sponsor' is not declared; known: open"):
        build(MiniExport(), "sponsor")


def test_a_cutoff_by_trigger_that_is_not_reached_says_to_closed_readers_how_many_are_lacking(
    build, find_day
):
    with pytest.raises(ExportError, match="9 lacking"):
        build(MiniExport(), name="ia1", cutoff="trigger")
    with pytest.raises(ExportError) as caught:
        find_day(OPEN, "ia1", cutoff="trigger")
    assert "lacking" not in str(caught.value)


def test_a_dose_moved_within_the_month_of_a_trigger_leaves_every_byte_of_the_open_view(build):
    rule = Trigger(kind="days_after_anchor", persons=1, days=30)
    views = []
    for start in ("2021-03-05", "2021-03-08"):  # reached on 04-04 and on 04-07
        mini = MiniExport()
        mini.change("ex", {"SUBJID": "001", "DOSENUM": "1"}, EXSTDTC=f"{start}T10:00",
                    EXENDTC=f"{start}T11:00")  # fmt: skip
        views.append(build(mini, OPEN, name="ia1", cutoff="trigger", trigger=rule))
    assert views[0].cutoff == pd.Timestamp("2021-04-30")
    assert pack_view(views[0]) == pack_view(views[1])


def nobody_dosed() -> MiniExport:
    mini = MiniExport()
    mini.change("ex", {}, EXOCCUR="N", EXREASND="x", EXSTDTC=None, EXENDTC=None, EXDOSE=None)
    return mini


def everybody_dead() -> MiniExport:
    mini = MiniExport()
    mini.change("dm", {}, DTHFL="Y", DTHDTC="2021-04-01")
    return mini


def one_arm_empty_and_nobody_dosed() -> MiniExport:
    mini = keep("001", "003", "004")
    mini.change("ex", {}, EXOCCUR="N", EXREASND="x", EXSTDTC=None, EXENDTC=None, EXDOSE=None)
    return mini


def keep(*subjects: str) -> MiniExport:
    mini = MiniExport()
    for name, rows in mini.rows.items():
        mini.rows[name] = [row for row in rows if row.get("SUBJID", subjects[0]) in subjects]
        mini.touched.add(name)
    return mini


def no_person() -> MiniExport:
    mini = MiniExport()
    for rows in mini.rows.values():
        rows.clear()
    mini.touched |= set(mini.rows)
    return mini


EXTREMES = {
    "one arm empty and nobody dosed": (one_arm_empty_and_nobody_dosed, "2022-06-01"),
    "one arm empty": (lambda: keep("001", "003", "004"), "2022-06-01"),
    "one person": (lambda: keep("001"), "2022-06-01"),
    "one control": (lambda: keep("003"), "2022-06-01"),
    "screen failures only": (lambda: keep("004"), "2022-06-01"),
    "nobody dosed": (nobody_dosed, "2022-06-01"),
    "everybody dead": (everybody_dead, "2022-06-01"),
    "before the first consent": (MiniExport, "2021-01-31"),
    "before the first randomisation": (MiniExport, "2021-02-27"),
    "no row at all": (no_person, "2022-06-01"),
}


# the other extremes are slow: they are parts of these, or lie between them and the usual trial
BARE = ("one arm empty and nobody dosed", "no row at all")


@pytest.mark.parametrize("audience", [CLOSED, OPEN])
@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=() if x in BARE else pytest.mark.slow) for x in EXTREMES]
)
def test_an_extreme_trial_has_a_view_with_every_column(build, name, audience):
    make, cutoff = EXTREMES[name]
    usual = clean(audience)
    view = build(make(), audience, cutoff=day(cutoff))
    for dataset, frame in usual.datasets.items():
        assert list(view[dataset].columns) == list(frame.columns), dataset
        kinds = {c: (view[dataset][c].dtype, frame[c].dtype) for c in frame}
        assert {c: k for c, k in kinds.items() if k[0] != k[1]} == {}, dataset
    pack_view(view)
    for population in ("ITT", *(("SAF", "PP") if audience == CLOSED else ())):
        *arms, total = view.groups(population)
        assert sum(group.n for group in arms) == total.n * bool(arms)
