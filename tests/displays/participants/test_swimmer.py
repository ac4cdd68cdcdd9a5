import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from sample_trial import make_empty, make_sample
from view_factory import read_frame

from helpers.displays.model import Figure
from helpers.displays.participants import swimmer
from helpers.displays.participants.courses import DOSE, GRADE, OTHER, SERIOUS, Courses
from helpers.displays.participants.swimmer import plot_swimmer
from helpers.displays.participants.swimmer_drawing import build_bars
from helpers.displays.results import Key
from helpers.view import Group

ADAE = read_frame("""
USUBJID AESEQ ASTDT      ASERFL ATOXGR AFTRANFL
S1      1     2022-01-10 Y      2      Y
S1      2     2022-01-06 Y      4      Y
S1      3     2022-03-01 .      3      Y
S1      4     2022-03-02 .      2      Y
S2      1     .          .      3      Y
S5      1     2021-12-01 Y      3      .
S6      1     2022-03-31 Y      5      Y
""")
ADVISIT = read_frame("""
USUBJID FORM  AVISIT ADT        STATUS
S1      NIHSS BL     2021-12-28 RECEIVED
S1      FIM   M03    2022-04-05 RECEIVED
S1      NIHSS M03    2022-04-03 RECEIVED
S1      NIHSS M06    .          MISSED
""")


def make() -> Figure:
    made = plot_swimmer(make_sample(adae=ADAE, advisit=ADVISIT))
    assert isinstance(made, Figure)
    return made


def list_days(made: Figure, arm: str, parameter: str) -> dict[tuple[str, str], float]:
    return {
        (key.category, key.visit): row["days"]
        for key, row in made.statistics.items()
        if (key.arm, key.parameter) == (arm, parameter)
    }


def test_a_bar_is_as_long_as_the_time_on_study_the_longest_first() -> None:
    made = make()
    assert list(list_days(made, "IV", "FOLLOW_UP").items()) == [
        (("S1", ""), 365),
        (("S2", ""), 100),
    ]
    assert list_days(made, "IV", "COMPLETED") == {("S1", ""): 365}
    assert list_days(made, "IV", "LEFT") == {("S2", ""): 100}
    assert list_days(made, "IT", "ONGOING") == {("S3", ""): 61, ("S4", ""): 12}
    assert list_days(made, "CTL", "DEATH") == {("S6", ""): 31}


def test_doses_and_visits_stand_on_their_day_since_randomisation() -> None:
    made = make()
    assert list_days(made, "IV", "DOSE") == {
        ("S1", "DOSE1"): 3,  # 3 January, randomised on the first
        ("S1", "DOSE2"): 94,
        ("S2", "DOSE1"): 3,
    }
    assert list_days(made, "IV", "VISIT") == {("S1", "M03"): 93}  # the first form; none before


def test_an_event_is_serious_or_of_grade_three_and_counted_once() -> None:
    made = make()
    assert list_days(made, "IV", "SERIOUS") == {("S1/1", ""): 6, ("S1/2", ""): 10}
    assert list_days(made, "IV", "GRADE3") == {("S1/1", ""): 60}
    assert list_days(made, "CTL", "SERIOUS") == {("S6/1", ""): 31}
    shares = {arm: made.statistics[Key("ITT", arm, "GRAVE")]["n"] for arm in ("IV", "IT", "CTL")}
    assert shares == {"IV": 2, "IT": 0, "CTL": 1}  # S2's has no date; S5's was before
    assert "not drawn: 1." in made.notes[1]
    assert "IV 2 / 2 (100.0), 15.8 to 100.0" in made.headline


def test_above_the_limit_months_stand_in_place_of_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swimmer, "MOST", 5)
    rows = make().statistics
    months = {
        key.category: row
        for key, row in rows.items()
        if (key.arm, key.parameter) == ("IV", "FOLLOW_UP")
    }
    assert months["MONTH 0"] == {"n": 2, "N": 2}
    assert months["MONTH 3"]["n"] == 2  # S2 left on day 100, month 3 begins on day 93
    assert months["MONTH 4"]["n"] == 1
    assert rows[Key("ITT", "IV", "SERIOUS", category="MONTH 0")]["events"] == 2
    assert rows[Key("ITT", "IV", "GRADE3", category="MONTH 1")]["events"] == 1
    assert rows[Key("ITT", "IV", "DOSE", category="MONTH 3")]["events"] == 1
    assert rows[Key("ITT", "CTL", "DEATH", category="MONTH 0")]["events"] == 1  # day 31
    assert not [key for key in rows if key.category.startswith("S")]


def test_nobody_randomised_is_an_empty_panel() -> None:
    made = plot_swimmer(make_empty())
    assert isinstance(made, Figure)
    assert "Nobody was randomised" in made.svg


def test_a_grade_5_of_somebody_alive_is_said_beside_the_number() -> None:
    five = ADAE["USUBJID"].isin(["S2", "S6"])  # S6 died
    adae = ADAE.assign(ATOXGR=ADAE["ATOXGR"].mask(five, 5), GR5ALVFL=five.map({True: "Y"}))
    made = plot_swimmer(make_sample(adae=adae, advisit=ADVISIT))
    assert isinstance(made, Figure)
    said = ", one of them with a grade 5 and no recorded death"
    iv, it, ctl = made.headline.split("CI: ")[1].split("; ")
    assert iv.startswith("IV 2 / 2 (100.0)")
    assert iv.endswith(f"{said} (S2)")
    assert said not in it + ctl


@pytest.mark.parametrize("dose", [DOSE, OTHER])
@pytest.mark.parametrize("event", [SERIOUS, GRADE])
def test_a_dose_and_an_event_of_its_day_are_both_seen_whole(dose: str, event: str) -> None:
    bars = pd.DataFrame({"SUBJID": ["1"], "DAYS": [90], "END": ["ONGOING"]}, index=["U1"])
    marks = pd.DataFrame(
        {"USUBJID": "U1", "KIND": [dose, event], "NAME": ["DOSE1", "1"], "DAY": [30, 30]}
    )
    figure = build_bars(
        (Group("IV", "IV", "IV", 0, pd.Index(["U1"]), "ITT"),), Courses(bars, marks, 0)
    )
    figure.canvas.draw()
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    inches = {kind: _find_edges(figure.axes[0], lines[kind]) for kind in (dose, event)}
    assert inches[dose][1] <= inches[event][0]


def _find_edges(axis: Axes, line: Line2D) -> tuple[float, float]:
    """Lower and upper edge of a sign in pixels, its outline left out."""
    marker = line.get_transform().transform(line.get_xydata())[0, 1]
    sign = MarkerStyle(line.get_marker())
    path = sign.get_path().transformed(sign.get_transform())
    size = line.get_markersize() * axis.figure.dpi / 72
    low, high = path.vertices[:, 1].min(), path.vertices[:, 1].max()
    return marker + low * size, marker + high * size
