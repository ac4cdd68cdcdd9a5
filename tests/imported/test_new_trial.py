import pandas as pd
import pytest
import small_trial

from helpers.errors import UsageError
from helpers.imported.term_guesses import guess_reason, is_related, make_codes
from helpers.params import load_interim, load_trial
from helpers.params.design import UNNAMED_ROUTE


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return load_trial(small_trial.write_trial(tmp_path_factory.mktemp("trial"))[1])


def test_arms_are_those_of_randomised_persons_in_the_order_of_their_numbers(trial):
    assert [arm.code for arm in trial.arms] == ["PLACEBO", "ACTIVE"]
    assert trial.control == "PLACEBO"
    assert [arm.code for arm in trial.active_arms] == ["ACTIVE"]


def test_planned_visits_are_summarised_and_others_are_named(trial):
    assert [(v.code, v.label, v.target) for v in trial.visits] == [
        ("W4", "Week 4", 28),
        ("W8", "Week 8", 56),
    ]
    assert trial.given.visits == {"Baseline": "BL", "Week 4": "W4", "Week 8": "W8"}
    assert trial.given.unscheduled == ("Unscheduled",)


def test_scores_populations_reasons_grades_and_causality_are_found(trial):
    assert list(trial.scores) == ["TOTAL"]
    assert trial.given.populations == {"ITT": "ITTFL", "SAF": "SAFFL", "EFF": "EFFFL"}
    assert trial.given.subjects.reasons == {"Adverse Event": "ADVERSE_EVENT", "Death": "DEATH"}
    assert trial.given.events.grades == {"MILD": 1, "MODERATE": 2, "SEVERE": 3}
    assert trial.adverse_events.related == ("POSSIBLE",)


def test_what_a_person_must_decide_is_marked(tmp_path):
    _, params = small_trial.write_trial(tmp_path)
    text = (params / "trial.yaml").read_text()
    assert text.count("# DECIDE") >= 8
    assert "# DECIDE: which arm is the control" in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"drop": ["TRT01P"]}, "neither TRT01P nor ARM"),
        ({"drop": ["ITTFL", "SAFFL"]}, "no population flag"),
        ({"drop": ["RANDDT", "TRTSDT"]}, "neither RANDDT nor TRTSDT"),
    ],
)
def test_data_that_cannot_be_a_trial_are_refused_with_what_is_missing(tmp_path, change, says):
    with pytest.raises(UsageError, match=says):
        small_trial.write_trial(tmp_path, adsl=small_trial.ADSL.drop(columns=change["drop"]))


def test_a_trial_without_scores_takes_its_visits_from_the_laboratory(tmp_path):
    adlb = small_trial.ADQS.assign(PARAMCD="ALT")
    _, params = small_trial.write_trial(tmp_path, adqs=None, adlb=adlb)
    trial = load_trial(params)
    assert trial.scores == {}
    assert [visit.label for visit in trial.visits] == ["Week 4", "Week 8"]


def test_codes_of_words_are_short_and_all_different():
    codes = make_codes(["Week 8", "Week 10", "Low Dose", "Long Delay", "Placebo", "***"])
    assert codes["Week 8"] == "W8"
    assert codes["Low Dose"] == "LD"
    assert codes["Long Delay"] == "LD_2"
    assert len(set(codes.values())) == len(codes)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Adverse Event", "ADVERSE_EVENT"),
        ("DEATH", "DEATH"),
        ("Lost to Follow-up", "LOST_TO_FOLLOW_UP"),
        ("Withdrew Consent", "WITHDRAWAL_BY_SUBJECT"),
        ("Moved away", "MOVED_AWAY"),
    ],
)
def test_a_reason_for_leaving_gets_the_code_it_sounds_like(word, code):
    assert guess_reason(word) == code


def test_words_for_causality_are_told_apart():
    words = ["POSSIBLE", "PROBABLE", "RELATED", "Y", "NOT RELATED", "UNRELATED", "UNLIKELY", "N"]
    assert [word for word in words if is_related(word)] == ["POSSIBLE", "PROBABLE", "RELATED", "Y"]


def test_an_arm_only_as_treated_is_an_arm(tmp_path):
    adsl = small_trial.ADSL.assign(TRT01A=["Active", "Placebo", "Half", "Placebo", None, None])
    _, params = small_trial.write_trial(tmp_path, adsl=adsl)
    assert {arm.name for arm in load_trial(params).arms} == {"Active", "Placebo", "Half"}
    assert pd.notna(load_trial(params).control)


def test_visits_stand_in_the_order_of_their_days_however_each_data_set_numbers_them(tmp_path):
    adqs = small_trial.ADQS
    more = adqs.assign(AVISIT=adqs["AVISIT"].replace({"Week 4": "WEEK 6", "Week 8": "week 8"}))
    more = more.assign(AVISITN=[0.0, 1.0, 2.0, 0.0, 1.0, 9.0, 0.0], PARAMCD="OTHER")
    more = more.assign(ADY=more["ADY"].mask(more["AVISIT"] == "WEEK 6", 43.0))
    _, params = small_trial.write_trial(tmp_path, adqs2=more)
    trial = load_trial(params)
    assert [(v.label.upper(), v.target) for v in trial.visits] == [
        ("WEEK 4", 28), ("WEEK 6", 42), ("WEEK 8", 56),
    ]  # fmt: skip
    assert trial.given.visits["Baseline"] == "BL"


def test_an_arm_called_by_a_word_of_every_page_gets_a_name_that_is_none(tmp_path):
    adsl = small_trial.ADSL
    words = {"Active": "Treatment", "Placebo": "Control"}
    adsl = adsl.assign(**{n: adsl[n].replace(words) for n in ("TRT01P", "TRT01A")})
    _, params = small_trial.write_trial(tmp_path, adsl=adsl)
    trial = load_trial(params)
    assert {arm.label for arm in trial.arms} == {"Treatment arm", "Control"}
    assert set(trial.given.arms) == {"Treatment", "Control"}


def test_no_word_that_a_proposal_gives_to_a_route_stands_on_a_page(tmp_path):
    _, params = small_trial.write_trial(tmp_path)
    routes = {arm.route for arm in load_trial(params).arms if arm.route}
    assert routes == {UNNAMED_ROUTE}


@pytest.mark.parametrize("word", ["Weeks 4-24", "Week 4 to 24", "OVERALL", "End of Treatment"])
def test_what_sums_up_several_visits_is_no_planned_one(tmp_path, word):
    more = small_trial.ADQS.assign(AVISIT=word, ADY=60.0, AVISITN=98.0)
    adqs = pd.concat([small_trial.ADQS, more], ignore_index=True)
    _, params = small_trial.write_trial(tmp_path, adqs=adqs)
    trial = load_trial(params)
    assert [visit.label for visit in trial.visits] == ["Week 4", "Week 8"]
    assert word in trial.given.unscheduled


def test_interims_can_be_added_before_the_final_analysis(tmp_path):
    _, params = small_trial.write_trial(tmp_path)
    trial = load_trial(params)
    assert load_interim(params, "final", trial).sequence > 10
    text = (params / "final.yaml").read_text()
    for number in (1, 2):
        changed = text.replace("FINAL", f"IA{number}").replace(
            "sequence: 100", f"sequence: {number}"
        )
        (params / f"ia{number}.yaml").write_text(changed)
    assert [load_interim(params, f"ia{n}", trial).sequence for n in (1, 2)] == [1, 2]


def carry_forward(adqs: pd.DataFrame, last: float = 19.0) -> pd.DataFrame:
    """The total once more as another parameter, with a value at week 8 that was not observed."""
    copied = adqs.assign(PARAMCD="TOTLOCF", PARAM="Total score, last value carried forward")
    row = copied[(copied["USUBJID"] == "T1-2") & (copied["AVISIT"] == "Week 4")]
    added = row.assign(AVISIT="Week 8", AVISITN=8.0, AVAL=last)
    return pd.concat([adqs, copied, added], ignore_index=True)


def test_a_score_that_has_every_value_of_another_and_more_is_said_to_fill_it_in(tmp_path):
    _, params = small_trial.write_trial(tmp_path, adqs=carry_forward(small_trial.ADQS))
    trial = load_trial(params)
    assert trial.scores["TOTLOCF"].fills_in == "TOTAL"
    assert trial.scores["TOTAL"].fills_in is None
    assert [code for code, score in trial.scores.items() if score.main] == ["TOTAL"]
    text = (params / "trial.yaml").read_text()
    assert "# DECIDE: fills_in: these have every value of another score" in text
    assert "so fill it in: TOTLOCF of TOTAL" in text


def test_a_score_that_differs_in_one_value_fills_in_nothing(tmp_path):
    adqs = carry_forward(small_trial.ADQS)
    place = adqs.index[(adqs["PARAMCD"] == "TOTLOCF") & (adqs["AVISIT"] == "Week 4")][0]
    adqs.loc[place, "AVAL"] += 1
    _, params = small_trial.write_trial(tmp_path, adqs=adqs)
    assert {score.fills_in for score in load_trial(params).scores.values()} == {None}


def test_a_mere_copy_fills_in_nothing_and_the_file_says_what_the_key_is_for(tmp_path):
    copied = small_trial.ADQS.assign(PARAMCD="AGAIN")
    adqs = pd.concat([small_trial.ADQS, copied], ignore_index=True)
    _, params = small_trial.write_trial(tmp_path, adqs=adqs)
    assert {score.fills_in for score in load_trial(params).scores.values()} == {None}
    text = (params / "trial.yaml").read_text()
    assert "no score here has every value of another and more" in text
