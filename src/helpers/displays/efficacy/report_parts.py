"""Displays of the efficacy report: what each is about, and when an interim has something to show.

The title page and the page on reading the scores are made from this list, so that they name what
the report holds and nothing else.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, TypeVar

from helpers.displays.declare import Declaration, is_given, load_catalogue
from helpers.displays.efficacy.comparisons import compares_arms, list_compared
from helpers.displays.efficacy.content import (
    choose_scores,
    list_baseline_scores,
    list_changing_scores,
    list_known_scores,
    list_ranked_scores,
)
from helpers.displays.efficacy.supportive_conditions import (
    lack_compared,
    lack_control,
    lack_doses,
    lack_final,
    lack_key_scores,
    lack_pair_of_changes,
    lack_prior,
    lack_subgroups,
    lack_support,
)
from helpers.displays.missing_data.conditions import lack_imputed, lack_reference, lack_scale
from helpers.displays.model import Display, Withheld
from helpers.models.looks import find_looks, find_now
from helpers.view import ClosedView, View

D = TypeVar("D", bound=Display)
Condition = Callable[[View], str]


def lack_scores(view: View) -> str:
    """Reason why no score is shown at all; empty where scores are shown."""
    completeness = view.interim.efficacy_content == "completeness"
    return "At this look no score is summarised." if completeness else ""


def lack_estimands(view: View) -> str:
    """Reason why no estimand is named; empty where there is a key score, and data for it.

    Open readers have no scores in their data; to them the estimands are a matter of the protocol.
    """
    if isinstance(view, ClosedView) and not view.has("adeff"):
        return ABSENT["adeff"]
    interim = view.interim
    named = interim.key_param is not None and interim.key_visit is not None
    return "" if named else "No key score and visit are named, so no estimand is."


def lack_comparison(view: View) -> str:
    """Reason why no model compares arms; empty where one does."""
    return (
        "" if compares_arms(view) else "This look spends no alpha, so no model compares the arms."
    )


def lack_alpha(view: View) -> str:
    """Reason why there is no analysis of sensitivity; empty where the look spends alpha."""
    said = "This look spends no alpha, so its differences have no analysis of sensitivity."
    return "" if view.interim.alpha_look else said


def lack_family(view: View) -> str:
    """Reason why no family is held against bounds; empty where one is planned."""
    control = view.trial.control
    return "" if control is not None else "Without a control there is no family to hold to a bound."


def lack_earlier_look(view: View) -> str:
    """Reason why no estimate allows for looks; empty where an earlier look has spent alpha."""
    looks = view["compared_looks"] if view.has("compared_looks") else None
    spent = looks is not None and bool((looks["LOOK"] == "ALPHA").any())
    return "" if spent else "No earlier look has spent alpha: no estimate has to allow for one."


def lack_bound(view: View) -> str:
    """Reason why nothing is held against a bound; empty where the look spends alpha."""
    return "" if view.interim.alpha_look else "This look spends no alpha, so it has no bound."


def lack_power(view: View) -> str:
    """Reason why no power is drawn; empty where there is information now and some to come."""
    looks = find_looks(view) if isinstance(view, ClosedView) else []
    known = bool(looks) and find_now(looks).t > 0 and looks[-1].state == "to come"
    return "" if known else "Conditional power is not defined at this look, so none is drawn."


def lack_key(view: View) -> str:
    """Reason why nothing is shown at the key visit; empty where a key score and visit are named."""
    interim = view.interim
    named = interim.key_param is not None and interim.key_visit is not None
    return "" if named else "No key score and visit are named."


def lack_key_change(view: View) -> str:
    """Reason why there is no key model; empty where the key score has a change from baseline."""
    code = view.interim.key_param
    if code is None or lack_key(view):
        return lack_key(view)
    rows = choose_scores(view)
    found = any(own["CHG"].notna().any() for (name, _), own in rows.items() if name == code)
    return "" if found else f"No change of {view.trial.scores[code].label} is known yet."


def lack_other_change(view: View) -> str:
    """Reason why no other score is modelled; empty where one has a change from baseline."""
    key = view.interim.key_param
    rows = choose_scores(view)
    found = any(own["CHG"].notna().any() for (code, _), own in rows.items() if code != key)
    return "" if found else "No other score has a change yet."


def lack_follow_up(view: View) -> str:
    """Reason why nothing over time is shown; empty where somebody has a score after baseline."""
    later = {visit for _, visit in choose_scores(view)} - {view.trial.baseline.code}
    return "" if later else "No score after baseline is known yet."


def lack_pair(view: View) -> str:
    """Reason why no correlation is shown; empty where two main scores are known at baseline."""
    scores = list_baseline_scores(view, choose_scores(view)).values()
    pair = sum(score.main for score in scores) > 1
    return "" if pair else "No two main scores are known at baseline, so none is correlated."


def lack_change(view: View) -> str:
    """Reason why no change is drawn; empty where a main score has a change from baseline."""
    rows = choose_scores(view)
    changing = {code for code, score in list_changing_scores(view, rows).items() if score.main}
    found = any(code in changing and own["CHG"].notna().any() for (code, _), own in rows.items())
    return (
        ""
        if found
        else "No participant has a main score at baseline and later: no change is drawn."
    )


def lack_ranked(view: View) -> str:
    """Reason why no ranks are compared; empty where a ranked score has a change from baseline."""
    ranked = list_ranked_scores(view, choose_scores(view))
    return "" if ranked else "No score whose better direction is decided has a change yet."


def lack_threshold(view: View) -> str:
    """Reason why no responders are shown; empty where a score that changes has a threshold."""
    changing = list_changing_scores(view, choose_scores(view)).values()
    found = any(score.responder is not None for score in changing)
    return "" if found else "No score has a threshold of response: no responders are shown."


def lack_ordinal(view: View) -> str:
    """Reason why no distribution is shown; empty where a score with ordered classes is known."""
    known = list_known_scores(view, choose_scores(view)).values()
    found = any(score.ordinal for score in known)
    return "" if found else "No score has ordered classes: no distribution of classes is shown."


def lack_key_values(view: View) -> str:
    """Reason why the key change is not drawn; empty where it is known of somebody."""
    code, visit = view.interim.key_param, view.interim.key_visit
    rows = choose_scores(view).get((code or "", visit or ""))
    if code is None or visit is None:
        return "No key score and visit are set."
    found = rows is not None and bool(rows["CHG"].notna().any())
    return "" if found else "No participant has the key change yet."


def lack_key_visit(view: View) -> str:
    """Reason why no responders at the key visit are shown; empty where someone has a change."""
    visit, rows = view.interim.key_visit, choose_scores(view)
    codes = [c for c, s in list_changing_scores(view, rows).items() if s.responder is not None]
    own = [rows[code, visit] for code in codes if visit is not None and (code, visit) in rows]
    found = any(bool(frame["CHG"].notna().any()) for frame in own)
    return "" if found else "No participant has a change at the key visit yet."


def lack_sustained(view: View) -> str:
    """Reason why no sustained response is shown; empty where the data have times to one."""
    codes = [c for c, t in view.trial.time_to_event.items() if t.event == "sustained_response"]
    known = view.has("adtte") and bool(view["adtte"]["PARAMCD"].isin(codes).any())
    return "" if known else "The data hold no times to a sustained response."


def lack_norms(view: View) -> str:
    """Reason why no profile is drawn; empty where a norm-based score is known."""
    known = list_known_scores(view, choose_scores(view)).values()
    found = any(score.norm_of for score in known)
    return "" if found else "No score is norm-based: no profile is drawn."


def lack_difference(view: View) -> str:
    """Reason why no difference between arms is drawn; empty where arms are compared."""
    if not compares_arms(view):
        return "No difference between arms is drawn: this look spends no alpha."
    return "" if list_compared(view) else "The trial has no arms to compare."


def lack_main(view: View) -> str:
    """Reason why no scores are listed; empty where a main score is known."""
    known = list_known_scores(view, choose_scores(view)).values()
    return "" if any(score.main for score in known) else "No main score is known: none is listed."


def lack_notes(view: View) -> str:
    """Reason why no notes are listed; empty where the data have notes on scoring."""
    return "" if view.has("adeff", "NOTE", "ADY") else "The data hold no notes on scoring."


def lack_items(view: View) -> str:
    """Reason why no single items are drawn; empty where the data have changes of items."""
    known = view.has("adqs", "IMPRPCT") and bool(view["adqs"]["IMPRPCT"].notna().any())
    return "" if known else "The data hold no changes of single items."


def lack_answers(view: View) -> str:
    """Reason why no answers are counted; empty where the data have some that are to be."""
    wanted = [code for form in view.trial.forms.values() for code in form.answers]
    known = view.has("adqs", "ANL01FL") and bool(view["adqs"]["QSTESTCD"].isin(wanted).any())
    return "" if known else "The data hold no answers that are counted by themselves."


def lack_visits(view: View) -> str:
    """Reason why nothing is shown of those due; empty where the data say which forms were due."""
    return "" if view.has("advisit") else ABSENT["advisit"]


def lack_joint(view: View) -> str:
    """Reason why benefit and risk are not weighed; empty where the look spends alpha."""
    said = "This look spends no alpha, so benefit and risk are not compared between arms."
    return "" if view.interim.alpha_look else said


def lack_events(view: View) -> str:
    """Reason why no harm is counted beside benefit; empty where the data have adverse events."""
    return "" if view.has("adae") else "The data hold no adverse events."


def lack_key_response(view: View) -> str:
    """Reason why there is no response of the key score; empty where it has a threshold."""
    score = view.trial.scores.get(view.interim.key_param or "")
    found = score is not None and score.responder is not None
    return "" if found else "The key score has no threshold of response."


def lack_outcomes(view: View) -> str:
    """Reason why no outcomes are ranked; empty where the parameters have their order."""
    return "" if view.trial.desirability else "The parameters name no order of outcomes."


def lack_published(view: View) -> str:
    """Reason why no results of others are shown; empty where the parameters have some."""
    return "" if view.trial.published else "The parameters name no results of others."


class Part(NamedTuple):
    """A display: its topic, the data set that it needs, and when it has something to show.

    The first condition that does not hold gives the reason; `compares` where a number of it
    compares arms at looks that spend alpha; `estimands` are those that it estimates
    (`estimands.py`).
    """

    topic: str
    needs: str
    conditions: tuple[Condition, ...] = ()
    compares: bool = False
    estimands: tuple[str, ...] = ()


ABSENT = {
    "adsl": "The data hold no participants.",
    "adeff": "The data hold no scores.",
    "advisit": "The data do not say which forms were due and when.",
}
ESTIMANDS = "what is estimated"
COMPLETENESS = "completeness of the forms"
AT_BASELINE = "scores at baseline"
OVER_TIME = "scores over time"
RESPONDERS = "responders"
SUSTAINED = "sustained response"
PROFILES = "profiles of scales and items"
LISTINGS = "listings"
WEIGHED = "benefit and risk together"
CLOSING = "limits and sources"
DISTRIBUTIONS = "distributions of classes and changes"
EFFECT = "treatment effect"
MISSING = "missing values"
SUPPORTIVE = "subgroups and supportive analyses"
BOUNDS = "bounds and power"
READING = "P-E-01"
KEY_MODEL, EFFECT_FIGURE, OTHER_MODELS = "T-E-05", "F-E-17", "T-E-06"
SENSITIVITY, SENSITIVITY_FOREST = "T-E-07", "F-E-02"
RANKS = "T-E-08"
REFERENCE_BASED, TIPPING = "T-E-13", "F-E-06"
SUBGROUPS, SUBGROUP_FOREST = "T-E-14", "F-E-12"
SHRINKAGE, SHRINKAGE_FIGURE = "T-E-17", "F-E-16"
CHANGE_CORRELATIONS, AGREEMENT, DOSE_RESPONSE = "T-E-18", "T-E-18b", "T-E-19"
KEY_CONDITIONS = (lack_scores, lack_comparison, lack_key_change)
ALPHA_CONDITIONS = (*KEY_CONDITIONS, lack_alpha)
OF_SUPPORT = (lack_scores, lack_support, lack_key_change)
SEQUENTIAL, POWER_FIGURE, POWER = "F-E-14", "F-E-15", "T-E-16"
AFTER_LOOKS = "T-E-05b"
# what the one formal family is in: all other differences are exploratory
FORMAL = (KEY_MODEL, AFTER_LOOKS, SEQUENTIAL, POWER, POWER_FIGURE)
BOUND_CONDITIONS = (*KEY_CONDITIONS, lack_family, lack_bound)
MEAN_CHANGES = "F-E-08"
RANKING, BALANCE = "T-E-20", "F-E-18"
LIMITS, PUBLISHED = "P-E-99", "T-E-99"
OF_RESPONSE = (lack_scores, lack_visits, lack_follow_up, lack_threshold)
OF_CLASSES = (lack_scores, lack_follow_up, lack_ordinal)
OF_SUSTAINED = (lack_scores, lack_follow_up, lack_sustained)
OF_JOINT = (
    *(lack_scores, lack_joint, lack_difference, lack_visits, lack_key, lack_key_response),
    *(lack_key_visit, lack_events),
)
PARTS: dict[str, Part] = {
    "T-E-01": Part(ESTIMANDS, "adsl", (lack_scores, lack_estimands)),
    READING: Part("how to read the scores", "adeff", (lack_scores,)),
    "T-E-02": Part(COMPLETENESS, "advisit"),
    "F-E-01": Part(COMPLETENESS, "advisit"),
    "T-E-03": Part(AT_BASELINE, "adeff", (lack_scores,)),
    "T-E-03b": Part(AT_BASELINE, "adeff", (lack_scores, lack_pair)),
    "T-E-04": Part(OVER_TIME, "adeff", (lack_scores, lack_follow_up)),
    "F-E-07": Part(OVER_TIME, "adeff", (lack_scores, lack_follow_up)),
    MEAN_CHANGES: Part(OVER_TIME, "adeff", (lack_scores, lack_follow_up, lack_change)),
    KEY_MODEL: Part(EFFECT, "adeff", KEY_CONDITIONS, compares=True, estimands=("E1",)),
    AFTER_LOOKS: Part(
        EFFECT,
        "adeff",
        (*BOUND_CONDITIONS, lack_earlier_look),
        compares=True,
        estimands=("E1",),
    ),
    EFFECT_FIGURE: Part(EFFECT, "adeff", KEY_CONDITIONS, compares=True, estimands=("E1",)),
    OTHER_MODELS: Part(
        EFFECT,
        "adeff",
        (lack_scores, lack_comparison, lack_other_change),
        compares=True,
        estimands=("E4", "E5"),
    ),
    SENSITIVITY: Part(EFFECT, "adeff", ALPHA_CONDITIONS, compares=True, estimands=("E1", "E7")),
    SENSITIVITY_FOREST: Part(
        EFFECT, "adeff", ALPHA_CONDITIONS, compares=True, estimands=("E1", "E7")
    ),
    RANKS: Part(
        EFFECT,
        "adeff",
        (lack_scores, lack_comparison, lack_difference, lack_visits, lack_key, lack_ranked),
        compares=True,
        estimands=("E2",),
    ),
    SEQUENTIAL: Part(BOUNDS, "adeff", BOUND_CONDITIONS, compares=True, estimands=("E1",)),
    POWER: Part(BOUNDS, "adeff", BOUND_CONDITIONS, compares=True, estimands=("E1",)),
    POWER_FIGURE: Part(
        BOUNDS, "adeff", (*BOUND_CONDITIONS, lack_power), compares=True, estimands=("E1",)
    ),
    "T-E-12": Part(MISSING, "adeff", (lack_scores, lack_visits, lack_follow_up)),
    REFERENCE_BASED: Part(
        MISSING,
        "adeff",
        (*ALPHA_CONDITIONS, lack_visits, lack_reference),
        compares=True,
        estimands=("E1",),
    ),
    TIPPING: Part(
        MISSING,
        "adeff",
        (*ALPHA_CONDITIONS, lack_visits, lack_reference, lack_scale, lack_imputed),
        compares=True,
        estimands=("E1",),
    ),
    SUBGROUPS: Part(
        SUPPORTIVE, "adeff", (*OF_SUPPORT, lack_subgroups), compares=True, estimands=("E1",)
    ),
    SUBGROUP_FOREST: Part(
        SUPPORTIVE, "adeff", (*OF_SUPPORT, lack_subgroups), compares=True, estimands=("E1",)
    ),
    SHRINKAGE: Part(
        SUPPORTIVE, "adeff", (*OF_SUPPORT, lack_prior), compares=True, estimands=("E1",)
    ),
    SHRINKAGE_FIGURE: Part(
        SUPPORTIVE, "adeff", (*OF_SUPPORT, lack_prior), compares=True, estimands=("E1",)
    ),
    AGREEMENT: Part(
        SUPPORTIVE,
        "adeff",
        (lack_scores, lack_support, lack_control, lack_compared),
        compares=True,
    ),
    CHANGE_CORRELATIONS: Part(
        SUPPORTIVE, "adeff", (lack_scores, lack_support, lack_pair_of_changes)
    ),
    DOSE_RESPONSE: Part(
        SUPPORTIVE,
        "adeff",
        (lack_scores, lack_support, lack_final, lack_doses, lack_key_scores),
    ),
    "T-E-10": Part(RESPONDERS, "adeff", OF_RESPONSE, compares=True, estimands=("E3",)),
    "F-E-04": Part(
        RESPONDERS,
        "adeff",
        (*OF_RESPONSE, lack_difference, lack_key_visit),
        compares=True,
        estimands=("E3",),
    ),
    "F-E-09": Part(RESPONDERS, "adeff", (*OF_RESPONSE, lack_key_visit), estimands=("E3",)),
    "T-E-09": Part(DISTRIBUTIONS, "adeff", OF_CLASSES, compares=True),
    "F-E-03": Part(DISTRIBUTIONS, "adeff", OF_CLASSES),
    "F-E-10": Part(DISTRIBUTIONS, "adeff", (lack_scores, lack_visits, lack_key_values)),
    "T-E-11": Part(SUSTAINED, "adeff", OF_SUSTAINED, compares=True, estimands=("E6",)),
    "F-E-05": Part(SUSTAINED, "adeff", OF_SUSTAINED, estimands=("E6",)),
    "F-E-13": Part(PROFILES, "adeff", (lack_scores, lack_norms)),
    "F-E-11": Part(PROFILES, "adeff", (lack_scores, lack_follow_up, lack_items)),
    "T-E-15": Part(PROFILES, "adeff", (lack_scores, lack_answers)),
    BALANCE: Part(WEIGHED, "adeff", OF_JOINT, compares=True),
    RANKING: Part(WEIGHED, "adeff", (*OF_JOINT, lack_outcomes), compares=True),
    "L-E-01": Part(LISTINGS, "adeff", (lack_scores, lack_main)),
    "L-E-02": Part(LISTINGS, "adeff", (lack_scores, lack_notes)),
    LIMITS: Part(CLOSING, "adsl"),
    PUBLISHED: Part(CLOSING, "adeff", (lack_scores, lack_published)),
}


def made_where_possible(
    display_id: str,
) -> Callable[[Callable[[View], D]], Callable[[View], D | Withheld]]:
    """Let a display be made only where its conditions hold; the title page says why not."""

    def decorate(make: Callable[[View], D]) -> Callable[[View], D | Withheld]:
        @wraps(make)
        def make_if_possible(view: View) -> D | Withheld:
            return Withheld(display_id, "", "") if find_reason(view, display_id) else make(view)

        return make_if_possible

    return decorate


def find_reason(view: View, display_id: str) -> str:
    """Why a display that the audience may see is not in this report; empty where it is."""
    part = PARTS[display_id]
    if not view.has(part.needs):
        return ABSENT[part.needs]
    return _find_first(part, lambda lacks: lacks(view))


def _find_first(part: Part, judge: Callable[[Condition], str]) -> str:
    """The reason of the first condition that does not hold; empty where all do."""
    reasons = (judge(lacks) for lacks in part.conditions)
    return next((reason for reason in reasons if reason), "")


def _find_reasons(view: View) -> dict[str, str]:
    """`find_reason` of every display that the audience may see; each condition is judged once."""
    known: dict[Condition, str] = {}

    def judge(lacks: Condition) -> str:
        if lacks not in known:
            known[lacks] = lacks(view)
        return known[lacks]

    parts = {display_id: PARTS[display_id] for display_id in list_allowed(view)}
    return {
        display_id: _find_first(part, judge) if view.has(part.needs) else ABSENT[part.needs]
        for display_id, part in parts.items()
    }


def list_allowed(view: View) -> list[str]:
    """Ids of the displays that the audience may see, in the order of the report."""
    declared = load_catalogue()
    known = (declared.get(display_id, Declaration(display_id, "")) for display_id in PARTS)
    return [declaration.id for declaration in known if is_given(declaration, view)]


def list_shown(view: View) -> list[str]:
    """Ids of the displays that are in this report, in its order."""
    return [display_id for display_id, reason in _find_reasons(view).items() if not reason]


def list_reasons(view: View) -> list[str]:
    """Why other displays are not in this report, each reason once."""
    return list(dict.fromkeys(reason for reason in _find_reasons(view).values() if reason))
