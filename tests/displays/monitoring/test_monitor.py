"""The stopping monitor by arm: numbers by hand, the printed limits, what each reader gets."""

from dataclasses import replace

import pandas as pd
import pytest
from monitored_arms import ALERTED, ALERTED_TWICE, arm_of
from sample_trial import ADEX, make_empty, make_sample, without_arm
from scipy.integrate import quad
from scipy.stats import beta
from view_factory import read_frame

from helpers.displays.formats import format_cell
from helpers.displays.model import Table, Withheld
from helpers.displays.monitoring.event_listing import list_monitored_events
from helpers.displays.monitoring.monitor import tabulate_monitor
from helpers.displays.results import Key
from helpers.params.interim import ComparativeAlert, FrequentistStop, Stop
from helpers.view import View

IT, IV = Key("SAF", "IT", "STOPPING"), Key("SAF", "IV", "STOPPING")
# as printed in the interim plan: fewest events that alert among 1, 2 ... 16
BAYESIAN = [None, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
COMPANION = [None, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5]


def make(interim: dict[str, object] | None = None, **frames: object) -> Table:
    view = make_sample(**frames)
    shown = tabulate_monitor(with_interim(view, **(interim or {})))
    assert isinstance(shown, Table)
    return shown


def with_interim(view: View, **changes: object) -> View:
    return replace(view, interim=view.interim.model_copy(update=changes))


def read_line(shown: Table, label: str, place: int = 0) -> list[str]:
    """Cells of the line with a label, of several the one at `place`."""
    line = [line for line in shown.lines if line.label == label][place]
    return [format_cell(cell, shown.statistics) for cell in line.cells]


def test_the_numbers_of_an_arm_are_those_of_its_posterior_and_of_the_printed_limits() -> None:
    row = make(adstop=ALERTED).statistics[IT]
    assert (row["events"], row["evaluable"]) == (3, 11)
    assert row["posterior_mean"] == pytest.approx((0.3 + 3) / (2 + 11))
    law = beta(0.3 + 3, 1.7 + 8)
    assert (row["lower"], row["upper"]) == pytest.approx(law.interval(0.95))
    assert row["prob_above"] == pytest.approx(quad(law.pdf, 0.15, 1)[0], abs=1e-9)
    assert (row["alert_at"], row["bound"]) == (BAYESIAN[10], COMPANION[10])


@pytest.mark.parametrize("n", range(2, 17))
def test_the_limits_are_the_printed_ones_at_every_number_of_participants(n: int) -> None:
    shown = make(adstop=arm_of(n, 0))
    row = shown.statistics[IT]
    assert (row["alert_at"], row["bound"]) == (BAYESIAN[n - 1], COMPANION[n - 1])
    if n < 16:
        assert shown.statistics[IT._replace(category="ONE_MORE")]["alert_at"] == BAYESIAN[n]


def test_among_one_participant_no_number_of_events_alerts() -> None:
    shown = make(adstop=arm_of(1, 0))
    assert read_line(shown, "Fewest events that alert among the evaluable") == ["-", "-", "n.a."]
    assert read_line(shown, "Fewest events that cross among the evaluable") == ["-", "-", "n.a."]


def test_an_alert_stays_although_the_counts_are_below_the_limit_now() -> None:
    shown = make(adstop=ALERTED)
    assert read_line(shown, "State") == ["Too few to judge", "Alert", "n.a."]
    assert read_line(shown, "First alert") == ["none", "5 Dec 2021", "n.a."]
    assert read_line(shown, "counts of that day") == ["", "2 / 2", "n.a."]
    assert read_line(shown, "With a stopping event / evaluable") == ["0 / 0", "3 / 11", "n.a."]
    assert shown.headline.startswith(
        "IT: alert, first reached on 5 Dec 2021 with 2 of 2 and not answered by the committee; "
        "now 3 of 11 evaluable with a stopping event (alert from 4). IV: too few to judge"
    )
    assert read_line(shown, "Committee's answer") == ["", "none", "n.a."]


def test_an_alert_that_came_again_after_counts_below_the_limit_is_told_too() -> None:
    # 2 of 2 on 5 December, 2 of 4 in March, 3 of 5 on 1 May, 3 of 9 in June
    shown = make(adstop=ALERTED_TWICE)
    assert read_line(shown, "First alert")[1] == "5 Dec 2021"
    assert read_line(shown, "Last alert anew") == ["none", "1 May 2022", "n.a."]
    assert read_line(shown, "counts of that day", 1) == ["", "3 / 5", "n.a."]
    assert read_line(shown, "below the limit from") == ["", "9 Jun 2022", "n.a."]
    assert (
        "last alerted anew on 1 May 2022 with 3 of 5, below the limit from 9 Jun 2022 with 3 of 9"
        in shown.headline
    )
    last = shown.statistics[IT._replace(category="LAST_ALERT")]
    assert (last["events"], last["evaluable"]) == (3, 5)


def test_a_single_alert_has_no_line_of_a_later_one() -> None:
    assert "Last alert anew" not in [line.label for line in make(adstop=ALERTED).lines]


def test_without_an_alert_there_is_no_answer_to_wait_for() -> None:
    shown = make(adstop=arm_of(4, 1))
    assert "Committee's answer" not in [line.label for line in shown.lines]
    assert "Compared" not in shown.headline


def test_an_answered_alert_says_so_and_the_present_state_is_shown() -> None:
    row = {"KIND": "RECOMMENDATION", "INTERIM": "IA1", "DECISION": "continue_with_changes"}
    row |= {"CUTDT": "2022-02-20", "DATE": "2022-03-10", "CLOSES": "IT"}
    row |= dict.fromkeys(["VERSION", "ARMS", "TEXT", "ANSDT", "ANSWER"])
    answer = pd.DataFrame([row], dtype=object).astype(
        {"CUTDT": "datetime64[s]", "DATE": "datetime64[s]"}
    )
    before = ALERTED[ALERTED["USUBJID"] != "31"].reset_index(drop=True)
    shown = make(adstop=before, committee=answer)
    assert read_line(shown, "State")[1] == "Clear"  # 2 of 10
    said = "answered on 10 Mar 2022 (continue with changes)"
    assert read_line(shown, "Committee's answer") == ["", said, "n.a."]
    assert read_line(shown, "Alert after the answer")[1] == "none"


def test_the_companion_says_when_it_was_first_crossed() -> None:
    # the fourth of four with the second event crosses the companion, not the rule
    shown = make(adstop=arm_of(4, 2))
    assert read_line(shown, "First crossed") == ["none", "4 Feb 2022", "n.a."]
    assert read_line(shown, "counts of that day") == ["", "2 / 4", "n.a."]
    assert read_line(shown, "First alert")[1] == "none"
    stricter = make({"freq_stop": FrequentistStop(alpha=0.01)}, adstop=arm_of(4, 2))
    assert read_line(stricter, "First crossed")[1] == "none"


@pytest.mark.parametrize(
    ("evaluable", "events", "looks", "predicted"),
    [
        # one participant is to come: the fifth event of 16, with the urn's chance
        (15, 4, "continuous", (0.3 + 4) / (2 + 15)),
        (15, 3, "continuous", 0.0),
        (16, 5, "continuous", 1.0),
        (15, 4, (4, 15), 0.0),  # neither look alerted, and none is left
        (15, 4, (16,), (0.3 + 4) / (2 + 15)),
    ],
)
def test_the_predicted_alert_follows_the_posterior_and_the_looks(
    evaluable: int, events: int, looks: object, predicted: float
) -> None:
    shown = make({"stop": Stop(looks=looks)}, adstop=arm_of(evaluable, events))
    row = shown.statistics[IT._replace(category="PREDICTED")]
    assert row["prob_alert"] == pytest.approx(predicted)


def test_nothing_is_predicted_of_an_arm_whose_counts_alert_now() -> None:
    def read_prediction(adstop: pd.DataFrame) -> str:
        shown = make(adstop=adstop)
        (label,) = [line.label for line in shown.lines if line.label.startswith("Predicted")]
        return read_line(shown, label)[1]

    assert read_prediction(arm_of(16, 5)) == "reached"
    # 2 of 2 alerted, 3 of 11 do not: the next alert is still to come
    assert 0 < float(read_prediction(ALERTED)) < 1


def test_nobody_still_to_come_brings_an_alert() -> None:
    adsl = make_sample()["adsl"].assign(EOSSTT="COMPLETED")
    for waiting, predicted in ((0, 0.0), (1, (0.3 + 4) / (2 + 15))):
        adstop = arm_of(15 + waiting, 4)
        adstop["EVALDT"] = adstop["EVALDT"].where(adstop.index >= waiting)  # not yet evaluable
        shown = make(adstop=adstop, adsl=adsl.assign(D1STAT=None))
        row = shown.statistics[IT._replace(category="PREDICTED")]
        assert row["prob_alert"] == pytest.approx(predicted)


def test_more_participants_than_planned_have_limits_too() -> None:
    row = make(adstop=arm_of(18, 4)).statistics[IT]
    assert (row["alert_at"], row["evaluable"]) == (6, 18)
    # direct: 5 of 18 leave the rate above 15% with less than 90%, 6 of 18 with more
    assert beta.sf(0.15, 0.3 + 5, 1.7 + 13) < 0.9 <= beta.sf(0.15, 0.3 + 6, 1.7 + 12)


def test_participants_with_an_event_are_counted_by_the_dose_that_it_followed() -> None:
    sample = make_sample()
    events = sample["adae"].assign(DOSEREF=pd.array([2, 1, 1, None, None], dtype="Int64"))
    shown = make(adae=events)
    # S1 and S2 got dose 1 in IV, S1 alone dose 2; the seizure of S1 is the one stopping event
    numbers = [
        shown.statistics[Key("SAF", arm, "STOPPING.PERSONS", visit)]
        for arm, visit in (("IV", "DOSE1"), ("IV", "DOSE2"), ("IT", "DOSE1"), ("IT", "DOSE2"))
    ]
    assert [(row["n"], row["N"]) for row in numbers] == [(0, 2), (1, 1), (0, 1), (0, 0)]


TRIGGERED = read_frame("""
TRIGGER       TRT01A USUBJID SUBJID ADT        TERM       METFL SRCSEQ
RELATED_DEATH IT     S3      S3     2022-11-03 Meningitis Y     1
""").astype({"ADT": "datetime64[s]"})


def test_a_trigger_that_is_met_asks_for_a_review_in_its_arm() -> None:
    shown = make(adpause=TRIGGERED)
    assert read_line(shown, "Review") == ["none", "requested", "n.a."]
    assert read_line(shown, "Related death") == ["0", "1", "n.a."]
    assert "IT: too few to judge, 0 of 1 evaluable" in shown.headline
    assert "; review requested at once (related death)." in shown.headline


def test_a_contaminated_lot_that_nobody_got_is_in_the_headline() -> None:
    lot = TRIGGERED.assign(
        TRIGGER="CONTAMINATED_LOT", TRT01A=None, USUBJID=None, SUBJID=None, TERM="L9"
    )
    assert make(adpause=lot).headline.startswith(
        "Contaminated lot (L9, given to nobody): review requested at once. "
    )


def test_serious_and_severe_events_stand_beside_those_of_control() -> None:
    adsl = make_sample()["adsl"]
    active = adsl.loc[adsl["TRT01A"] == "IV", "USUBJID"]
    rows = [(subject, subject, 1, "Y", 3) for subject in active]
    events = pd.DataFrame(rows, columns=["USUBJID", "SUBJID", "AESEQ", "TRTEMFL", "ATOXGR"])
    shown = make(adae=events.assign(ASERFL="Y", SEVTOXFL=None, AFTRANFL="Y", AEDECOD="Fall"))
    assert read_line(shown, "Any serious event") == ["2 (100.0)", "0", "0"]
    key = Key("SAF", "IV", "EXCESS", "", "serious")
    # by direct integration: rates 2.5 of 3 against 0.5 of 3
    law, other = beta(2.5, 0.5), beta(0.5, 2.5)
    excess = quad(lambda u: 2 * u * other.pdf(u * u) * law.sf(u * u + 0.1), 1e-12, 0.9**0.5)[0]
    assert shown.statistics[key]["prob_above"] == pytest.approx(excess, abs=1e-6)
    assert excess > 0.95
    assert shown.headline.endswith(
        "Compared with CTL: any serious event in IV red, any event of grade 3 or more in IV red."
    )
    assert read_line(shown, "Alert") == ["red", "none", "n.a."]
    other_rule = ComparativeAlert(amber=0.97, red=0.99)
    softer = make({"comparative_alert": other_rule}, adae=shown_events(events))
    assert read_line(softer, "Alert")[0] in ("none", "amber")
    wider = make({"comparative_alert": ComparativeAlert(margin=0.5)}, adae=shown_events(events))
    assert wider.statistics[key]["prob_above"] < excess


def shown_events(events: pd.DataFrame) -> pd.DataFrame:
    return events.assign(ASERFL="Y", SEVTOXFL=None, AFTRANFL="Y", AEDECOD="Fall")


def test_a_trial_without_a_control_has_no_comparison() -> None:
    view = make_sample()
    alone = replace(view, trial=view.trial.model_copy(update={"control": None}))
    shown = tabulate_monitor(alone)
    assert isinstance(shown, Table)
    assert not [line for line in shown.lines if "Compared" in line.label]
    assert "Compared" not in shown.headline


def test_open_readers_get_one_neutral_sentence_whatever_happened() -> None:
    for frames in ({}, {"adae": None}):
        shown = tabulate_monitor(make_sample("open", **frames))
        assert isinstance(shown, Withheld)
        assert (
            shown.sentence
            == "The monitoring committee reviews the safety stopping rule in closed session."
        )


def test_nothing_is_said_of_a_rule_in_a_trial_whose_data_cannot_hold_one() -> None:
    view = make_sample("open")
    given = replace(view, trial=view.trial.model_copy(update={"level": "adam"}))
    shown = tabulate_monitor(given)
    assert isinstance(shown, Withheld)
    assert shown.sentence == ""


@pytest.mark.parametrize("view", [make_empty(), without_arm("IT"), without_arm("IV")])
def test_it_renders_before_the_first_dose_and_with_an_empty_arm(view: View) -> None:
    shown = tabulate_monitor(view)
    assert isinstance(shown, Table)
    assert shown.csv_copy()[1]
    assert shown.statistics[IV]["posterior_mean"] > 0


def test_every_stopping_event_is_listed_and_the_first_of_a_participant_counts() -> None:
    view = make_sample()
    extra = {"ADY": 2, "ASTDT": pd.Timestamp("2022-01-04"), "DOSEREF": 1, "ATOXGR": 3}
    extra |= {"HRSINF": 20.0, "DAYSINF": 1}
    events = view["adae"].assign(**extra)
    second = events.iloc[:1].assign(AESEQ=7, AEDECOD="Stroke", ASTDT=pd.Timestamp("2022-01-09"))
    listed = list_monitored_events(make_sample(adae=pd.concat([events, second])))
    rows = getattr(listed, "rows", ())
    assert [(row[0], row[1], row[2], row[3], row[-1]) for row in rows] == [
        ("IV", "S1", "Seizure", "4 Jan 2022", "1 of 1"),
        ("IV", "S1", "Stroke", "9 Jan 2022", "not the first of the participant"),
    ]


def test_open_readers_get_no_listing_of_them() -> None:
    assert isinstance(list_monitored_events(make_sample("open")), Withheld)


LOTS = read_frame("""
LOT LOTSTAT  LOTDT
L1  RELEASED 2021-12-01
L2  RELEASED 2021-12-01
""")


def test_doses_whose_lot_has_no_known_state_are_not_said_to_be_free_of_contamination() -> None:
    # dose 1 of S1: no lot recorded; dose 1 of S3: a lot that the list does not name
    adex = ADEX.assign(LOT=ADEX["LOT"].mask((ADEX["USUBJID"] == "S1") & (ADEX["DOSENUM"] == 1)))
    shown = make(adex=adex, adlot=LOTS)
    assert read_line(shown, "Contaminated lot") == ["0", "0", "n.a."]
    assert read_line(shown, "not known, doses") == ["1", "1", "n.a."]
    assert (
        "Contaminated lot: not known for 2 doses whose lot is not recorded or has no state in the "
        "lot list: dose 1 of S1, dose 1 of S3."
    ) in shown.notes


def test_where_the_state_of_every_lot_is_known_nothing_is_said_of_others() -> None:
    shown = make(adex=ADEX[ADEX["LOT"] != "L3"], adlot=LOTS)
    assert not [line for line in shown.lines if line.label == "not known, doses"]
    assert not [note for note in shown.notes if "not known for" in note]
