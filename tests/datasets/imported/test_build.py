import shutil

import pandas as pd
import pytest
import small_trial

from helpers.bundle import pack_view
from helpers.commands.open_copy import build_files
from helpers.datasets.imported.adae import began_before
from helpers.datasets.imported.event_days import derive_event_days
from helpers.errors import CutoffError, ExportError, UsageError
from helpers.view import BlindingError, ClosedView, OpenView


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return small_trial.write_trial(tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="module")
def final(folders):
    return small_trial.view_of(*folders)


def adsl_of(view):
    return view["adsl"].set_index("SUBJID")


def test_populations_arms_and_ends_are_those_of_the_sponsor(final):
    adsl = adsl_of(final)
    assert isinstance(final, ClosedView)
    assert adsl["ITTFL"].tolist() == ["Y"] * 5 + ["N"]
    assert adsl["TRT01P"].tolist()[:5] == ["ACTIVE", "PLACEBO", "ACTIVE", "PLACEBO", "ACTIVE"]
    assert adsl["TRT01A"].tolist()[:4] == ["ACTIVE", "PLACEBO", "PLACEBO", "PLACEBO"]
    assert adsl.loc["5", "TRT01A"] is None
    assert adsl.loc["3", ["EOSSTT", "EOSREAS", "DTHFL"]].tolist() == ["DISCONTINUED", "DEATH", "Y"]
    assert [group.n for group in final.groups("SAF")] == [3, 1, 4]


def test_days_at_risk_run_from_the_first_dose_to_leaving_or_the_cutoff(final):
    years = adsl_of(final)["EXPYRS"]
    assert years["1"] == pytest.approx(69 / 365.25)  # 2 January to 10 March 2020
    assert years["4"] == pytest.approx(61 / 365.25)  # goes on: 2 March to 1 May
    assert pd.isna(years["6"])


def test_at_an_earlier_cutoff_nothing_later_is_known(folders):
    view = small_trial.view_of(*folders, cutoff=pd.Timestamp("2020-02-15").date())
    adsl = adsl_of(view)
    assert adsl["ITTFL"].tolist() == ["Y", "Y", "Y", "N"]  # the screening failure has no date
    assert set(adsl.loc[["1", "2", "3"], "EOSSTT"]) == {"ONGOING"}
    assert adsl["DTHFL"].tolist()[:3] == ["N", "N", "N"]
    assert view["adae"]["AEDECOD"].tolist() == ["Fall", "Fever"]
    assert view["adae"].set_index("AEDECOD").loc["Fever", "ONGCUTFL"] == "Y"
    assert view["adeff"]["ADT"].max() <= pd.Timestamp("2020-02-15")


def test_event_flags_are_given_and_not_derived_again(final):
    ae = final["adae"].set_index("AEDECOD")
    assert ae["TRTEMFL"].to_dict() == {"Fever": "Y", "Fall": None, "Stroke": "Y", "Rash": "Y"}
    assert ae["ASERFL"].to_dict() == {"Fever": None, "Fall": None, "Stroke": "Y", "Rash": None}
    assert ae["FATALFL"].to_dict() == {"Fever": None, "Fall": None, "Stroke": "Y", "Rash": None}
    assert ae["ATOXGR"].to_dict() == {"Fever": 1, "Fall": 3, "Stroke": 3, "Rash": 2}
    assert ae["RELFL"].to_dict() == {"Fever": "Y", "Fall": None, "Stroke": "Y", "Rash": None}
    assert ae.loc["Rash", "ADY"] is pd.NA


def test_before_a_death_its_event_is_not_fatal_and_not_said_to_have_been(folders):
    """The stroke of 20 February ends in death on the 25th; known on the 22nd it goes on."""
    view = small_trial.view_of(*folders, cutoff=pd.Timestamp("2020-02-22").date())
    row = view["adae"].set_index("AEDECOD").loc["Stroke"]
    assert (row["FATALFL"], row["AEOUT"], row["AESDTH"]) == (None, "NOT_RECOVERED", "N")
    assert (row["DTHCUTFL"], row["ONGCUTFL"]) == ("Y", "Y")
    assert pd.isna(row["AENDT"])


def test_a_fatal_outcome_counts_also_where_the_subjects_have_no_death(tmp_path):
    adsl = small_trial.ADSL.assign(DTHFL=None)
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adsl=adsl))
    assert view["adae"].set_index("AEDECOD").loc["Stroke", "FATALFL"] == "Y"


def test_a_fatal_event_without_the_flag_for_serious_is_a_finding_and_counted_as_flagged(tmp_path):
    adae = small_trial.ADAE.assign(AESER="N")
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adae=adae))
    assert view["adae"].set_index("AEDECOD").loc["Stroke", ["FATALFL", "ASERFL"]].tolist() == [
        "Y",
        None,
    ]
    found = view.findings[view.findings["column"] == "AESER"]
    assert found["text"].tolist() == ["fatal event not marked serious (1 records)"]


def test_an_event_without_a_start_is_after_randomisation_and_a_finding(final):
    """The rash of person 4 has no date at all."""
    assert final["adae"].set_index("AEDECOD").loc["Rash", "AFTRANFL"] == "Y"
    found = final.findings[final.findings["column"] == "ASTDT"]
    assert found["text"].tolist() == [
        "1 events without a start; they count unless they ended before"
    ]


@pytest.mark.parametrize(
    ("start", "precision", "end", "before"),
    [
        ("2020-03-01", None, None, True),
        ("2020-03-05", None, None, False),
        # the day is missing: any day of March; the month: any of the year
        ("2020-03-01", "D", None, False),
        ("2020-02-01", "D", None, True),
        ("2020-01-01", "M", None, False),
        ("2019-01-01", "M", None, True),
        # it ended before
        ("2020-03-01", "D", "2020-03-04", True),
        (None, None, "2020-03-04", True),
        (None, None, "2020-03-05", False),
        (None, None, None, False),
        ("2020-01-01", "Y", None, False),
    ],
)
def test_an_event_is_before_a_day_only_where_nothing_else_is_possible(
    start, precision, end, before
):
    ae = pd.DataFrame(
        {
            "ASTDT": pd.Series([start], dtype="datetime64[s]"),
            "AENDT": pd.Series([end], dtype="datetime64[s]"),
            "ASTDTF": pd.Series([precision], dtype=object),
        }
    )
    day = pd.Series([pd.Timestamp("2020-03-05")])
    assert began_before(derive_event_days(ae), day).tolist() == [before]


def test_scores_have_visits_changes_and_one_record_each(final):
    eff = final["adeff"]
    chosen = eff[eff["ANL01FL"] == "Y"].set_index(["SUBJID", "AVISIT"])
    assert chosen["CHG"].dropna().to_dict() == {("1", "W4"): 2, ("1", "W8"): 5, ("2", "W4"): -1}
    assert eff.loc[eff["AVISIT"] == "UNS", "AVAL"].tolist() == [18.0]


def test_every_form_has_a_status(final):
    visits = final["advisit"]
    status = visits.set_index(["USUBJID", "AVISIT"])["STATUS"].to_dict()
    assert len(visits) == 5 * 3
    assert status[("T1-1", "W8")] == "RECEIVED"
    assert status[("T1-2", "W8")] == "MISSED"
    assert status[("T1-3", "W8")] == "DEAD"
    assert status[("T1-5", "W4")] == "LEFT"
    assert status[("T1-4", "W8")] == "IN_WINDOW"


def test_a_form_is_usable_where_each_of_its_scores_has_a_value(tmp_path):
    value = small_trial.ADQS["AVAL"].mask(small_trial.ADQS["AVISIT"] == "Week 8")  # of T1-1
    folders = small_trial.write_trial(tmp_path, adqs=small_trial.ADQS.assign(AVAL=value))
    visits = small_trial.view_of(*folders)["advisit"].set_index(["USUBJID", "AVISIT"])
    assert (visits["USABLEFL"].notna() == (visits["STATUS"] == "RECEIVED")).all()
    usable = visits["USABLEFL"]
    assert (usable[("T1-1", "W8")], usable[("T1-1", "W4")], usable[("T1-2", "W4")]) == tuple("NYY")
    assert "USABLEFL" not in small_trial.view_of(*folders, "open")["advisit"]


def test_an_open_view_knows_no_arm_and_needs_no_restricted_file(tmp_path, folders):
    data = shutil.copytree(folders[0], tmp_path / "data")
    whole = pack_view(small_trial.view_of(data, folders[1], "open"))
    shutil.rmtree(data / "restricted")
    view = small_trial.view_of(data, folders[1], "open")
    assert isinstance(view, OpenView)
    assert pack_view(view) == whole
    assert not any("TRT01" in name for frame in view.datasets.values() for name in frame)
    with pytest.raises(BlindingError):
        view["adeff"]


def test_an_open_view_is_the_same_whoever_got_what(tmp_path, folders):
    swap = {"Active": "Placebo", "Placebo": "Active"}
    adsl = small_trial.ADSL.replace({"TRT01P": swap, "TRT01A": swap})
    data, _ = small_trial.write_trial(
        tmp_path,
        adsl=adsl,
        adae=small_trial.ADAE.replace({"TRTA": swap}),
        adqs=small_trial.ADQS.replace({"TRTP": swap}),
    )
    assert pack_view(small_trial.view_of(data, folders[1], "open")) == pack_view(
        small_trial.view_of(*folders, "open")
    )


def test_an_arm_that_the_parameters_do_not_know_stops_the_run(tmp_path, folders):
    adsl = small_trial.ADSL.replace({"TRT01P": {"Active": "Actve"}})
    data, _ = small_trial.write_trial(tmp_path, adsl=adsl)
    with pytest.raises(UsageError, match="TRT01P holds 'Actve', which is not among"):
        small_trial.view_of(data, folders[1])


def test_a_visit_that_the_parameters_do_not_know_is_a_finding(tmp_path, folders):
    adqs = small_trial.ADQS.replace({"AVISIT": {"Week 8": "Week VIII"}})
    data, _ = small_trial.write_trial(tmp_path, adqs=adqs)
    texts = small_trial.view_of(data, folders[1]).findings["text"].tolist()
    assert any("visit 'Week VIII' is not in the parameters" in text for text in texts)


def test_open_readers_get_no_word_and_no_number_of_records_of_imported_data(tmp_path, folders):
    word = "zQxCanary"
    adqs = small_trial.ADQS.replace({"AVISIT": {"Week 8": word, "Week 4": word + "2"}})
    adsl = small_trial.ADSL.replace({"DCSREAS": {"Adverse Event": word}})
    data, _ = small_trial.write_trial(tmp_path, adqs=adqs, adsl=adsl)
    closed, view = (small_trial.view_of(data, folders[1], a) for a in ("closed_unmasked", "open"))
    said = closed.findings["text"].str.cat(sep="; ")
    assert f"visit '{word}' is not in the parameters; not summarised (" in said
    assert adsl_of(closed).loc["5", "EOSREAS"] == word
    assert word.encode() not in pack_view(view)
    told = [text for text in view.findings["text"] if "visit" in text]
    assert told == ["a visit is not in the parameters; not summarised"]
    of_data = view.findings[view.findings["id"] != "DECIDE"]  # that counts lines of parameters
    assert not of_data["text"].str.contains(r"\d").any()
    assert adsl_of(view).loc[["3", "5"], "EOSREAS"].tolist() == ["DEATH", "OTHER"]


def test_missing_data_sets_and_flags_leave_out_what_is_made_of_them(tmp_path):
    adae = small_trial.ADAE.drop(columns=["AESER", "AEREL", "AESEV", "AESDTH"])
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adae=adae, adqs=None))
    assert not {"ASERFL", "RELFL", "ATOXGR"} & set(view["adae"])
    assert not view.has("adeff")
    assert not small_trial.view_of(
        *small_trial.write_trial(tmp_path / "none", adae=None, adqs=None)
    ).has("adae")


def test_two_persons_in_one_arm_make_a_view(tmp_path):
    adsl = small_trial.ADSL.iloc[[0, 2]]
    adae, adqs = (
        frame[frame["USUBJID"].isin(adsl["USUBJID"])]
        for frame in (small_trial.ADAE, small_trial.ADQS)
    )
    adsl = adsl.assign(TRT01A="Active")
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adsl=adsl, adae=adae, adqs=adqs))
    assert [group.label for group in view.groups("ITT")] == ["Active", "Total"]


def test_raw_tables_are_no_import(tmp_path, folders):
    (tmp_path / "export.json").write_text('{"study": "T1", "extract": "2020-01-01"}')
    with pytest.raises(ExportError, match="holds raw tables"):
        small_trial.view_of(tmp_path, folders[1])


def test_data_made_before_the_cutoff_are_refused_with_both_dates(folders):
    with pytest.raises(CutoffError, match=r"cut-off 2033-01-01 lies after the export, which was"):
        small_trial.view_of(*folders, cutoff=pd.Timestamp("2033-01-01").date())


def test_data_of_another_study_are_refused(tmp_path, folders):
    adsl = small_trial.ADSL.assign(STUDYID="OTHER")
    data, _ = small_trial.write_trial(tmp_path, adsl=adsl)
    with pytest.raises(UsageError, match="holds study OTHER"):
        small_trial.view_of(data, folders[1])


def test_a_variable_that_holds_nothing_counts_as_not_collected(tmp_path):
    adae = small_trial.ADAE.assign(AEACN=None, AEREL=None)
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adae=adae))
    assert not {"AEACN", "AEREL", "RELFL"} & set(view["adae"])


def test_the_open_view_of_an_open_copy_is_that_of_the_import(folders, tmp_path):
    data, params = folders
    files = build_files(data, params)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    views = [small_trial.view_of(place, params, audience="open") for place in (data, tmp_path)]
    assert pack_view(views[0]) == pack_view(views[1])
    assert not [name for name in files if name.startswith("restricted")]
    with pytest.raises(ExportError, match="restricted/ is missing"):
        small_trial.view_of(tmp_path, params)


def test_whatever_the_reason_a_time_that_ended_without_the_event_is_censored(tmp_path):
    """The sponsor numbers the reasons of censoring; none of them is a competing event."""
    times = pd.DataFrame(
        {
            "STUDYID": "T1",
            "USUBJID": ["T1-1", "T1-2", "T1-3", "T1-4"],
            "PARAMCD": "TTX",
            "PARAM": "Time to X (days)",
            "AVAL": [10.0, 20.0, 30.0, 40.0],
            "CNSR": [0.0, 1.0, 2.0, 3.0],
        }
    )
    view = small_trial.view_of(*small_trial.write_trial(tmp_path, adtte=times))
    assert view["adtte"].set_index("USUBJID")["CNSR"].to_dict() == {
        f"T1-{n}": min(n - 1, 1) for n in range(1, 5)
    }
