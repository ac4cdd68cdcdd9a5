"""Reasons why an interim has nothing to show in a display of the efficacy report."""

from collections.abc import Collection

from helpers.displays.efficacy.comparisons import compares_arms, list_compared
from helpers.displays.efficacy.content import (
    Scores,
    choose_scores,
    list_baseline_scores,
    list_changing_scores,
    list_known_scores,
    list_ranked_scores,
)
from helpers.models.looks import find_looks, find_now
from helpers.view import ClosedView, View

NO_CHANGE = (
    "No participant has a score with a threshold at baseline and later: who responded is not known."
)
ABSENT = {
    "adsl": "The data hold no participants.",
    "adeff": "The data hold no scores.",
    "advisit": "The data do not say which forms were due and when.",
}


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
    rows, visit = choose_scores(view), view.trial.baseline.code
    scores = list_baseline_scores(view, rows).items()
    pair = sum(score.main and (code, visit) in rows for code, score in scores) > 1
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
    """Reason why no responders are shown; empty where a score with a threshold has a change."""
    rows = choose_scores(view)
    changing = list_changing_scores(view, rows)
    codes = {code for code, score in changing.items() if score.responder is not None}
    if not codes:
        return "No score has a threshold of response: no responders are shown."
    # without a baseline of anybody the rule for missing values alone would make a table of zeros
    return "" if _have_change(rows, codes) else NO_CHANGE


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
    times = {c: t for c, t in view.trial.time_to_event.items() if t.event == "sustained_response"}
    if not (view.has("adtte") and view["adtte"]["PARAMCD"].isin(list(times)).any()):
        return "The data hold no times to a sustained response."
    rows, codes = choose_scores(view), {time.score for time in times.values()}
    scored = any(code in codes for code, _ in rows)
    return NO_CHANGE if scored and not _have_change(rows, codes) else ""


def _have_change(rows: Scores, codes: Collection[str | None]) -> bool:
    """Whether one of the scores has a change from baseline of anybody."""
    return any(code in codes and own["CHG"].notna().any() for (code, _), own in rows.items())


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
