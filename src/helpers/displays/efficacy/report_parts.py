"""Displays of the efficacy report: what each is about, and when an interim has something to show.

The title page and the page on reading the scores are made from this list, so that they name what
the report holds and nothing else.
"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, TypeVar

from helpers.displays.declare import Declaration, is_given, load_catalogue
from helpers.displays.efficacy.conditions import (
    ABSENT,
    lack_alpha,
    lack_answers,
    lack_bound,
    lack_change,
    lack_comparison,
    lack_difference,
    lack_earlier_look,
    lack_estimands,
    lack_events,
    lack_family,
    lack_follow_up,
    lack_items,
    lack_joint,
    lack_key,
    lack_key_change,
    lack_key_response,
    lack_key_values,
    lack_key_visit,
    lack_main,
    lack_norms,
    lack_notes,
    lack_ordinal,
    lack_other_change,
    lack_outcomes,
    lack_pair,
    lack_power,
    lack_published,
    lack_ranked,
    lack_scores,
    lack_sustained,
    lack_threshold,
    lack_visits,
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
from helpers.view import View

D = TypeVar("D", bound=Display)
Condition = Callable[[View], str]


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
    # of each condition many displays are held to, and every one of them is asked for by others
    reasons = (view.once(lacks) for lacks in part.conditions)
    return next((reason for reason in reasons if reason), "")


def _find_reasons(view: View) -> dict[str, str]:
    """`find_reason` of every display that the audience may see."""
    return {display_id: find_reason(view, display_id) for display_id in list_allowed(view)}


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
    return list(list_absent(view))


def list_absent(view: View) -> dict[str, list[str]]:
    """Displays that are not in this report, as `title (ids)`, by the reason."""
    declared = load_catalogue()
    absent: dict[str, dict[str, list[str]]] = {}
    for display_id, reason in _find_reasons(view).items():
        if reason:
            title = declared[display_id].title
            absent.setdefault(reason, {}).setdefault(title, []).append(display_id)
    return {
        reason: [f"{title} ({', '.join(ids)})" for title, ids in titles.items()]
        for reason, titles in absent.items()
    }
