"""The light of the immediate triggers: arm, term, participant, answer; no arm's light is calmer."""

import pandas as pd
import pytest
from sample_trial import ADEX, ADSTOP, NO_TRIGGER, make_empty, make_sample
from view_factory import read_frame

from helpers.displays.lights.limits import show_lights
from helpers.displays.model import Light
from helpers.displays.results import Key
from helpers.view import View

DEATH = "RELATED_DEATH IT S3 S3 2022-11-25 Meningitis Y"
CLOT = "THROMBOEMBOLISM IV S1 S1 2022-06-01 Deep__vein__thrombosis ."
SECOND = "THROMBOEMBOLISM IV S2 S2 2022-06-20 Pulmonary__embolism Y"
LOT = "CONTAMINATED_LOT IV S1 S1 2022-04-04 L2 Y"
UNUSED = "CONTAMINATED_LOT . . . 2022-04-04 L9 Y"


def records(*rows: str) -> pd.DataFrame:
    head = "TRIGGER TRT01A USUBJID SUBJID ADT TERM METFL"
    frame = read_frame("\n".join([head, *rows]))
    return frame.assign(SRCSEQ=pd.array([1] * len(frame), dtype="Int64"))


def lights(view: View) -> dict[str, Light]:
    return {shown.light.name: shown.light for shown in show_lights(view)}


def triggered(*rows: str, **frames: object) -> dict[str, Light]:
    return lights(make_sample(adpause=records(*rows), **frames))


def answered(cutoff: str, closes: str) -> pd.DataFrame:
    row = {"KIND": "RECOMMENDATION", "INTERIM": "AH1", "DECISION": "pause_arm", "CLOSES": closes}
    row |= {"CUTDT": cutoff, "DATE": "2022-12-20"} | dict.fromkeys(["VERSION", "ARMS", "TEXT"])
    frame = pd.DataFrame([{**row, "ANSDT": None, "ANSWER": None}], dtype=object)
    return frame.astype({"CUTDT": "datetime64[s]", "DATE": "datetime64[s]"})


def test_a_related_death_asks_for_a_review_and_names_arm_participant_and_term() -> None:
    light = triggered(DEATH)["Immediate triggers"]
    assert (light.state, light.word) == ("alert", "Review requested")
    assert "IT: related death, S3 (Meningitis, died 25 Nov 2022)." in light.why


def test_the_stopping_light_of_the_arm_is_not_calmer_than_its_trigger() -> None:
    calm, other = lights(make_sample()), triggered(DEATH)
    assert calm["Stopping rule, IT"].state == "none"
    assert other["Stopping rule, IT"].state == "alert"
    assert other["Stopping rule, IT"].why.endswith("Immediate trigger met: related death.")
    assert other["Stopping rule, IV"] == calm["Stopping rule, IV"]


def test_without_a_trigger_the_light_is_green_and_says_what_it_looks_for() -> None:
    light = lights(make_sample())["Immediate triggers"]
    assert (light.state, light.word) == ("ok", "None met")
    for part in (
        *("related death", "anaphylaxis of grade 4 or more", "bacterial meningitis"),
        "related thromboembolic event (2 in one arm)",
        "recurrent stroke within 24 h of a dose (2 in one arm)",
        "contaminated lot",
    ):
        assert part in light.why


def test_one_of_two_is_said_and_does_not_alarm() -> None:
    light = triggered(CLOT)["Immediate triggers"]
    assert light.state == "ok"
    assert light.why.endswith("Related thromboembolic event: 1 of 2 in IV.")


def test_one_of_two_is_said_beside_a_trigger_that_is_met() -> None:
    light = triggered(DEATH, CLOT)["Immediate triggers"]
    assert light.state == "alert"
    assert light.why.endswith("Related thromboembolic event: 1 of 2 in IV.")


def test_two_name_both_participants() -> None:
    light = triggered(CLOT, SECOND)["Immediate triggers"]
    assert light.state == "alert"
    assert (
        "S1 (Deep vein thrombosis, 1 Jun 2022), S2 (Pulmonary embolism, 20 Jun 2022)" in light.why
    )


def test_a_contaminated_lot_names_whom_it_was_given_to_or_nobody() -> None:
    assert "IV: contaminated lot, S1 (L2, 4 Apr 2022)." in triggered(LOT)["Immediate triggers"].why
    light = triggered(UNUSED)["Immediate triggers"]
    assert light.state == "alert"
    assert "contaminated lot, L9, given to nobody." in light.why


def test_an_export_without_a_lot_list_is_told() -> None:
    light = lights(make_sample(adlot=None))["Immediate triggers"]
    assert light.why.endswith("The export has no lot list.")


@pytest.mark.parametrize(
    ("cutoff", "closes", "state"),
    [
        ("2022-11-30", "IT", "near"),
        ("2022-11-24", "IT", "alert"),  # the death came after the report that was answered
        ("2022-11-30", "IV", "alert"),
    ],
)
def test_an_answer_quiets_what_its_report_held(cutoff: str, closes: str, state: str) -> None:
    found = triggered(DEATH, committee=answered(cutoff, closes))
    light = found["Immediate triggers"]
    assert light.state == state
    assert "S3 (Meningitis" in light.why  # what was met is never forgotten
    assert ("answered on 20 Dec 2022 (pause an arm)" in light.why) == (state == "near")
    assert (found["Stopping rule, IT"].state == "alert") == (state == "alert")


def test_before_anybody_is_dosed_there_is_nothing_to_judge() -> None:
    assert lights(make_empty())["Immediate triggers"].state == "none"


def test_many_records_are_counted_not_listed() -> None:
    rows = [f"CONTAMINATED_LOT IV P{i} P{i:02} 2022-04-04 L2 Y" for i in range(14)]
    assert triggered(*rows)["Immediate triggers"].why.endswith("P09 (L2, 4 Apr 2022), 4 more.")


def test_the_records_of_each_trigger_are_results_by_arm() -> None:
    view = make_sample(adpause=records(CLOT, SECOND, DEATH))
    (shown,) = [s for s in show_lights(view) if s.light.name == "Immediate triggers"]
    found = {r.key: r.value for r in shown.results}
    key = Key("SAF", "IV", "TRIGGER", "", "THROMBOEMBOLISM")
    assert (found[key], found[key._replace(arm="IT")]) == (2, 0)
    assert found[Key("SAF", "IT", "TRIGGER", "", "RELATED_DEATH")] == 1


def test_open_readers_see_no_trigger() -> None:
    found = lights(make_sample("open", adpause=records(DEATH), adstop=ADSTOP))
    assert not any(name.startswith(("Immediate", "Stopping")) for name in found)
    assert len(NO_TRIGGER) == 0


def test_a_light_that_met_nothing_names_doses_whose_lot_is_not_known() -> None:
    adex = ADEX.assign(LOT=ADEX["LOT"].mask(ADEX["USUBJID"] == "S3"))
    states = pd.DataFrame({"LOT": ["L1", "L2"], "LOTSTAT": "RELEASED", "LOTDT": pd.NaT})
    light = lights(make_sample(adex=adex, adlot=states))["Immediate triggers"]
    assert light.word == "None met"
    assert light.why.endswith(
        "Contaminated lot: not known for 1 dose whose lot is not recorded or has no state in the "
        "lot list: dose 1 of S3."
    )
