from dataclasses import replace

import pandas as pd
from sample_measures import make_finding
from sample_trial import make_sample
from table_cells import read_cells
from view_factory import read_frame

from helpers.displays.laboratory.spinal_fluid import tabulate_spinal_fluid
from helpers.displays.model import Table, Withheld
from helpers.displays.results import Key
from helpers.view import View

DOSES = read_frame("""
USUBJID DOSEORD ASTDTM           GIVENFL
S1      1       2022-01-03T10:00 Y
S3      1       2022-11-03T10:00 Y
S4      1       2022-12-21T10:00 Y
""")
ADLB = read_frame("""
USUBJID PARAMCD PARAM           AVAL ANRIND ADT        ADTM
S3      CSFWBC  Cells__(10^6/L) 2    NORMAL 2022-11-03 2022-11-03T09:55
S3      CSFWBC  Cells__(10^6/L) 4    NORMAL 2022-11-04 2022-11-04T10:00
S3      CSFWBC  Cells__(10^6/L) 9    HIGH   2022-11-10 2022-11-10T10:00
S4      CSFWBC  Cells__(10^6/L) 1    NORMAL 2022-12-21 2022-12-21T09:55
S4      CSFWBC  Cells__(10^6/L) 30   HIGH   2022-12-22 2022-12-22T10:00
S3      CSFPROT Protein__(g/L)  0.5  HIGH   2022-11-03 2022-11-03T09:55
S3      CSFPROT Protein__(g/L)  0.4  NORMAL 2022-11-04 2022-11-04T10:00
S4      CSFPROT Protein__(g/L)  0.7  HIGH   2022-12-22 2022-12-22T10:00
""")


def make(**frames: pd.DataFrame) -> Table:
    everybody = make_sample()["adsl"].assign(
        SAFFL=lambda rows: rows["ITTFL"], TRT01A=lambda rows: rows["TRT01P"]
    )
    made = tabulate_spinal_fluid(
        make_sample(**{"adsl": everybody, "adlb": ADLB, "adex": DOSES, **frames})
    )
    assert isinstance(made, Table)
    return made


def test_values_before_and_after_a_dose_are_summarised_by_arm() -> None:
    rows = make().statistics
    before = rows[Key("SAF", "IT", "CSFWBC", "DOSE1", "BEFORE")]
    assert (before["n"], before["min"], before["max"]) == (2, 1, 2)
    change = rows[Key("SAF", "IT", "CSFWBC", "DOSE1", "CHANGE")]
    assert (change["n"], change["min"], change["max"]) == (2, 2, 29)
    assert rows[Key("SAF", "IT", "CSFPROT", "DOSE1", "CHANGE")]["n"] == 1  # S4 has none before


def test_who_is_above_the_limit_is_counted_among_those_tested() -> None:
    rows = make().statistics
    counts = {
        (key.parameter, key.visit, key.category): (row["n"], row["N"])
        for key, row in rows.items()
        if key.arm == "IT" and key.category.endswith("HIGH")
    }
    assert counts == {
        ("CSFWBC", "DOSE1", "BEFORE HIGH"): (0, 2),
        ("CSFWBC", "DOSE1", "AFTER HIGH"): (1, 2),
        ("CSFWBC", "", "HIGH"): (2, 2),  # S3 a week later
        ("CSFPROT", "DOSE1", "BEFORE HIGH"): (1, 1),
        ("CSFPROT", "DOSE1", "AFTER HIGH"): (1, 2),
        ("CSFPROT", "", "HIGH"): (1, 2),
        ("ALL", "", "HIGH"): (1, 2),
    }


def test_an_arm_without_spinal_fluid_is_not_applicable() -> None:
    made = make()
    assert read_cells(made)["above the limit"] == ("n.a.", "2 / 2 (100.0)", "n.a.", "2 / 2 (100.0)")
    assert not [key for key in made.statistics if key.arm in ("IV", "CTL")]
    assert "Cells above the limit at any time after a dose, of those tested" in made.headline
    assert "IT 2 / 2 (100.0), 15.8 to 100.0." in made.headline


def test_what_is_known_of_such_doses_stands_in_a_note() -> None:
    assert any("Stem Cells Int 2019:8421281" in note for note in make().notes)


def test_without_values_or_tests_there_is_nothing_to_show() -> None:
    assert make(adlb=ADLB.iloc[:0]).lines == ()
    view = make_sample(adlb=ADLB, adex=DOSES)
    assert isinstance(tabulate_spinal_fluid(without_tests(view)), Withheld)


def without_tests(view: View) -> View:
    rule = view.trial.laboratory.spinal_fluid.model_copy(update={"tests": ()})
    laboratory = view.trial.laboratory.model_copy(update={"spinal_fluid": rule})
    return replace(view, trial=view.trial.model_copy(update={"laboratory": laboratory}))


EVENTS = read_frame("""
USUBJID SUBJID AESEQ AEDECOD             AESICAT              TRTEMFL DOSEREF ATOXGR ASTDT
S4      S4     1     Chemical__meningitis MENINGISM_MENINGITIS Y       1       3      2022-12-22
S3      S3     1     Headache            HEADACHE             Y       1       2      2022-11-04
S1      S1     1     Meningism           MENINGISM_MENINGITIS .       .       1      2022-01-01
""")


def test_events_of_the_meninges_stand_beside_values_above_the_limit() -> None:
    made = make(adae=EVENTS.astype({"DOSEREF": "Int64", "ATOXGR": "Int64"}))
    row = made.statistics[Key("SAF", "IT", "CSFWBC", category="HIGH EVENT")]
    assert (row["n"], row["N"]) == (1, 2)
    row = made.statistics[Key("SAF", "IT", "CSFPROT", category="HIGH EVENT")]
    assert (row["n"], row["N"]) == (1, 1)
    assert (
        "Meningeal reactions after a dose: S4 Chemical meningitis, grade 3, after dose 1, cells "
        "30 after 24 h of that dose. A value alone is no diagnosis."
    ) in made.notes


def test_a_value_after_another_dose_is_not_set_beside_an_event() -> None:
    second = DOSES.iloc[1:2].assign(DOSEORD=2, ASTDTM=pd.Timestamp("2022-11-09T10:00"))
    adex = pd.concat([DOSES, second])
    first = EVENTS.iloc[1:2].assign(AESICAT="MENINGISM_MENINGITIS", AEDECOD="Meningism")
    made = make(adex=adex, adae=first.astype({"DOSEREF": "Int64", "ATOXGR": "Int64"}))
    # S3: 4 cells after dose 1, 9 (above the limit) after dose 2, the event after dose 1
    note = next(note for note in made.notes if note.startswith("Meningeal reactions"))
    assert "S3 Meningism, grade 2, after dose 1, cells 4 after 24 h of that dose." in note
    row = made.statistics[Key("SAF", "IT", "CSFWBC", category="HIGH EVENT")]
    assert (row["n"], row["N"]) == (0, 2)
    late = first.assign(DOSEREF=2)
    made = make(adex=adex, adae=late.astype({"DOSEREF": "Int64", "ATOXGR": "Int64"}))
    row = made.statistics[Key("SAF", "IT", "CSFWBC", category="HIGH EVENT")]
    assert (row["n"], row["N"]) == (1, 2)


def test_without_such_an_event_the_note_says_so() -> None:
    made = make(adae=EVENTS.iloc[1:2].astype({"DOSEREF": "Int64", "ATOXGR": "Int64"}))
    assert (
        "Meningeal reactions: no event after a dose. A value alone is no diagnosis." in made.notes
    )
    assert not any(key.category == "HIGH EVENT" for key in made.statistics)


def test_a_value_of_the_puncture_for_the_next_dose_has_its_days_since_the_dose_before() -> None:
    second = DOSES.iloc[1:2].assign(DOSEORD=2, ASTDTM=pd.Timestamp("2022-11-10T10:05"))
    first = EVENTS.iloc[1:2].assign(AESICAT="MENINGISM_MENINGITIS", AEDECOD="Meningism")
    adae = first.astype({"DOSEREF": "Int64", "ATOXGR": "Int64"})
    made = make(adex=pd.concat([DOSES, second]), adae=adae)
    note = next(note for note in made.notes if note.startswith("Meningeal reactions"))
    assert "after dose 1, cells 4 after 24 h, 9 after 7 days of that dose." in note


def test_a_value_that_a_check_queries_is_named() -> None:
    rows = ADLB.assign(VISIT="D1A", IMPROBFL=None)
    finding = make_finding("S4", "VISIT=D1A LBTESTCD=CSFWBC LBDTC=2022-12-22T10:00", "C34")
    assert any(
        note.startswith("Values in this table that a check queries: S4 Cells 30 10\u2076/L, Stay")
        for note in make(adlb=rows, findings=finding).notes
    )
