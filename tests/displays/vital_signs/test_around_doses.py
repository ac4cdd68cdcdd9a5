import pandas as pd
from sample_trial import make_sample
from view_factory import read_frame

from helpers.displays.formats import format_cell
from helpers.displays.model import Figure, Table
from helpers.displays.results import Key
from helpers.displays.vital_signs.around_doses import tabulate_around_doses
from helpers.displays.vital_signs.dose_lines import plot_dose_lines

SIGNS = read_frame("""
USUBJID PARAMCD DOSENUM ATPT AVAL OBSVAL PREVAL CHGPRE ALARM ALARMFL IMPOSSFL
S1      SYSBP   1       PRE  120  120    120    .      .     .       .
S1      SYSBP   1       H0_5 55   55     120    -65    low   Y       .
S1      SYSBP   1       H1   110  110    120    -10    .     .       .
S1      SYSBP   2       PRE  118  118    118    .      .     .       .
S1      SYSBP   2       H1   119  119    118    1      .     .       .
S2      SYSBP   1       PRE  130  130    130    .      .     .       .
S2      SYSBP   1       H0_5 128  128    130    -2     .     .       .
S3      SYSBP   1       PRE  125  125    125    .      .     .       .
S3      SYSBP   1       H0_5 .    500    125    .      high  Y       Y
S5      SYSBP   .       .    200  200    .      .      high  Y       .
""").assign(
    PARAM="Systolic blood pressure (mmHg)",
    IMPROBFL=None,
    HRSDOSE=float("nan"),
    DOSETIM=lambda rows: rows["ATPT"].map(
        lambda point: {"PRE": "BEFORE"}.get(point, "AFTER"), na_action="ignore"
    ),
)


def test_alarms_are_counted_among_participants_with_a_value_after_the_dose() -> None:
    made = tabulate_around_doses(make_sample(advs=SIGNS))
    assert isinstance(made, Table)
    rows = made.statistics
    found = {arm: rows[Key("SAF", arm, "ANY_ALARM", "DOSE1")] for arm in ("IV", "IT", "Total")}
    assert {arm: (row["n"], row["N"]) for arm, row in found.items()} == {
        "IV": (1, 2),
        "IT": (1, 1),
        "Total": (2, 3),
    }
    second = rows[Key("SAF", "IV", "ANY_ALARM", "DOSE2")]
    assert (second["n"], second["N"]) == (0, 1)
    assert rows[Key("SAF", "IT", "SYSBP.high", "DOSE1")]["n"] == 1  # impossible, and an alarm
    assert made.headline.endswith("IV 1 of 2, IT 1 of 1.")
    assert [header.label for header in made.headers] == ["IV", "IT", "Total"]


def test_a_change_is_that_since_before_the_same_dose_and_its_ends_are_of_all_time_points() -> None:
    rows = tabulate_around_doses(make_sample(advs=SIGNS)).statistics
    half = rows[Key("SAF", "IV", "SYSBP.H0_5", "DOSE1", "CHG")]
    assert (half["n"], half["min"], half["max"]) == (2, -65, -2)
    ends = rows[Key("SAF", "IV", "SYSBP.AFTER", "DOSE1", "CHG")]
    assert (ends["n"], ends["min"], ends["max"]) == (2, -65, -2)
    assert rows[Key("SAF", "IT", "SYSBP.H0_5", "DOSE1", "CHG")]["n"] == 0  # never in a mean


def test_the_figure_draws_low_values_and_says_what_it_does_not_draw() -> None:
    made = plot_dose_lines(make_sample(advs=SIGNS))
    assert isinstance(made, Figure)
    assert any(note.startswith("Impossible values, not drawn: 1") for note in made.notes)
    assert made.statistics[Key("SAF", "IV", "SYSBP.H0_5", "DOSE1", "AVAL")]["n"] == 2
    assert made.statistics[Key("SAF", "IT", "SYSBP.H0_5", "DOSE1", "AVAL")]["n"] == 0


def untimed(subject: str, dose: int, hours: float, when: str) -> pd.DataFrame:
    """A fever that the site put at no time point."""
    row = SIGNS.iloc[[1]].assign(USUBJID=subject, DOSENUM=dose, ATPT=None, HRSDOSE=hours)
    return row.assign(DOSETIM=when, ALARM="high", OBSVAL=38.4, AVAL=38.4, PREVAL=36.3, CHGPRE=2.1)


def test_an_alarm_at_no_time_point_counts_after_the_dose_and_one_days_later_has_its_own_line() -> (
    None
):
    signs = [SIGNS, untimed("S1", 2, 16.0, "AFTER"), untimed("S3", 1, 48.8, "LATER")]
    view = make_sample(advs=pd.concat(signs, ignore_index=True))
    made = tabulate_around_doses(view)
    found = made.statistics
    second = found[Key("SAF", "IV", "ANY_ALARM", "DOSE2")]
    assert (second["n"], second["N"]) == (1, 1)
    later = found[Key("SAF", "IT", "LATER_ALARM", "DOSE1")]
    assert (later["n"], later["N"]) == (1, 1)
    assert made.headline == (
        "Participants with an alarm after a dose: IV 1 of 2, IT 1 of 1; later in the stay: IV 0, "
        "IT 1."
    )
    ends = found[Key("SAF", "IV", "SYSBP.AFTER", "DOSE2", "CHG")]
    assert (ends["min"], ends["max"]) == (1, 2.1)
    assert plot_dose_lines(view).headline == made.headline


def test_lowest_and_highest_change_stand_both_for_a_single_participant() -> None:
    rows = SIGNS[SIGNS["USUBJID"] == "S1"].reset_index(drop=True)
    made = tabulate_around_doses(make_sample(advs=rows))
    line = next(line for line in made.lines if line.label == "lowest to highest change")
    assert format_cell(line.cells[0], made.statistics) == "\N{MINUS SIGN}65 to \N{MINUS SIGN}10"


def test_a_sign_without_a_value_at_a_time_point_or_a_change_has_no_lines() -> None:
    weight = untimed("S1", 1, 16.0, "AFTER").assign(
        PARAMCD="WEIGHT",
        PARAM="Weight (kg)",
        AVAL=70,
        OBSVAL=70,
        ALARM=None,
        CHGPRE=None,
        PREVAL=None,
    )
    rows = pd.concat([SIGNS, weight.astype(SIGNS.dtypes)], ignore_index=True)
    made = tabulate_around_doses(make_sample(advs=rows))
    assert not any("Weight" in line.label for line in made.lines)
    assert any("dose 1" in line.label for line in made.lines)


def test_the_notes_say_which_dose_a_value_belongs_to() -> None:
    notes = tabulate_around_doses(make_sample(advs=SIGNS)).notes
    (own,) = [note for note in notes if note.startswith("Which dose:")]
    assert "a change is since that one, not since baseline" in own
    assert any(note.startswith("F-S-12 can have other numbers") for note in notes)
