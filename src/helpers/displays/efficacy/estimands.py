"""The estimands of a trial, made from its parameters: the question that each number answers."""

from collections.abc import Iterable
from typing import NamedTuple

from helpers.displays.results import format_value
from helpers.displays.rows import name_code
from helpers.models.planned_fit import list_hypothetical
from helpers.params.interim import Interim
from helpers.params.trial import Responder, Trial
from helpers.view import View

KEY, RANK, RESPONSE, HYPOTHETICAL, OTHERS, SUSTAINED, PER_PROTOCOL = (f"E{n}" for n in range(1, 8))
AS_KEY = f"otherwise as {KEY}"


class Estimand(NamedTuple):
    """Population, variable, intercurrent events, summary, estimator (ICH E9(R1)).

    No attribute names an arm: open readers get them too.
    """

    id: str
    population: str
    variable: str
    events: str
    summary: str
    estimator: str


def list_estimands(view: View) -> list[Estimand]:
    """Estimands that the trial has, in order; none without a key score and visit."""
    interim, trial = view.interim, view.trial
    if interim.key_param is None or interim.key_visit is None:
        return []
    everybody = view.name_population(interim.population_efficacy)
    found = [
        _key_change(view, everybody),
        _key_rank(view, everybody),
        *_key_response(view, everybody),
        *_other_changes(view, everybody),
        *_sustained_response(view, everybody),
    ]
    if interim.pp_sensitivity and (trial.level == "raw" or view.has("adsl", "PPFL")):
        first = found[0]
        found.append(
            first._replace(
                id=PER_PROTOCOL,
                population=view.name_population("PP"),
                events=f"Protocol not followed: participant excluded; {AS_KEY}.",
            )
        )
    return found


def find_estimand(trial: Trial, interim: Interim, code: str) -> str:
    """Id of the estimand that a model of this score's change estimates."""
    if code == interim.key_param:
        return KEY
    return HYPOTHETICAL if list_hypothetical(trial, trial.scores[code]) else OTHERS


def describe_response(rule: Responder) -> str:
    """A threshold of response in words: `a fall of 4 or more, or a value of 1 or less`."""
    kind = "fall" if rule.change < 0 else "rise"
    said = [f"a {kind} of {format_value(abs(rule.change))} or more"]
    if rule.of == "worst_items":
        return f"{said[0]} steps of the item that was the worst at baseline"
    if rule.or_value_at_most is not None:
        said.append(f"a value of {format_value(rule.or_value_at_most)} or less")
    if rule.or_value_at_least is not None:
        said.append(f"a value of {format_value(rule.or_value_at_least)} or more")
    return ", or ".join(said)


def name_key_change(trial: Trial, interim: Interim) -> str:
    """The key variable in words: `Total score at month 6`."""
    score, visit = interim.key_param or "", interim.key_visit or ""
    return f"{trial.scores[score].label} at {trial.visit_label(visit).lower()}"


def _key_change(view: View, population: str) -> Estimand:
    trial, interim = view.trial, view.interim
    responder = trial.scores[interim.key_param or ""].responder
    beside = f"{RANK} and {RESPONSE}" if responder else RANK
    return Estimand(
        KEY,
        population,
        f"Change from baseline of {name_key_change(trial, interim)}",
        f"{_state_policy(trial)} Death: values after it do not exist and are missing at random in "
        f"the model, so always read with {beside}.",
        "Difference in LS means between randomised groups",
        "MMRM",
    )


def _state_policy(trial: Trial) -> str:
    """Events whatever of which values are used."""
    rules = trial.intercurrent
    common = [name for name, rule in rules.medication.items() if not rule.forms]
    named = [name_code(name).lower() for name in (*rules.events, *common, *rules.programmes)]
    assigned = ["treatment not given in full or not as assigned"] if trial.level == "raw" else []
    events = ", ".join([*assigned, *named]) or "any event"
    return f"Treatment policy, values used all the same: {events}."


def _key_rank(view: View, population: str) -> Estimand:
    change = name_key_change(view.trial, view.interim)
    return Estimand(
        RANK,
        population,
        f"Rank of the change of {change}, death worst",
        f"Death: composite, ranked below every value; {AS_KEY}.",
        "Probability of a better value plus half that of an equal one; Hodges-Lehmann shift",
        "Exact Wilcoxon distribution, Brunner-Munzel",
    )


def _key_response(view: View, population: str) -> Iterable[Estimand]:
    trial, interim = view.trial, view.interim
    rule = trial.scores[interim.key_param or ""].responder
    if rule is None:
        return
    yield Estimand(
        RESPONSE,
        f"{population}; who is not due or still in the window at the cut-off is not counted",
        f"Response of {name_key_change(trial, interim)}: {describe_response(rule)}",
        "Death, and leaving the study for an adverse event: composite, no response. Other missing "
        "values: no response (main), left out (sensitivity).",
        "Difference in proportions",
        "Miettinen-Nurminen interval",
    )


def _other_changes(view: View, population: str) -> Iterable[Estimand]:
    """Scores with a hypothetical strategy for new drugs, then all other main scores.

    Each has its sub-scores with it, the last also those of the key score.
    """
    trial, key = view.trial, view.interim.key_param
    main = {code: s for code, s in trial.scores.items() if s.main and code != key}
    parts = {
        HYPOTHETICAL: [s for s in main.values() if list_hypothetical(trial, s)],
        OTHERS: [s for s in main.values() if not list_hypothetical(trial, s)],
    }
    drugs = sorted(set().union(*(list_hypothetical(trial, s) for s in parts[HYPOTHETICAL])))
    named = ", ".join(name_code(name) for name in drugs)
    events = {
        HYPOTHETICAL: f"{named}: hypothetical, as if not given (later values set missing); "
        f"{AS_KEY}.",
        OTHERS: f"As {KEY}; not defined after death.",
    }
    of_key = _name_whole(trial, key or "")
    for name, scores in parts.items():
        if scores:
            others = f", also those of {of_key[name]}" if name in of_key else ""
            yield Estimand(
                name,
                population,
                f"Change from baseline of {', '.join(score.label for score in scores)}; "
                f"sub-scores alike{others}",
                events[name],
                "Difference in LS means between randomised groups",
                "MMRM",
            )


def _name_whole(trial: Trial, key: str) -> dict[str, str]:
    """Label of the key score by the estimand that its sub-scores have, where it has any."""
    whole = trial.scores[key]
    parts = [
        s for code, s in trial.scores.items() if s.form == whole.form and not s.main and code != key
    ]
    return {HYPOTHETICAL if list_hypothetical(trial, s) else OTHERS: whole.label for s in parts}


def _sustained_response(view: View, population: str) -> Iterable[Estimand]:
    trial, key = view.trial, view.interim.key_param
    times = [t for t in trial.time_to_event.values() if t.score == key and not t.unconfirmed]
    visits = [visit.code for visit in trial.visits]
    first = visits.index(view.interim.key_visit) if view.interim.key_visit in visits else 0
    days = " and ".join(str(visit.target) for visit in trial.visits[first:])
    if times:
        yield Estimand(
            SUSTAINED,
            population,
            f"Time from randomisation: {times[0].label}",
            "Death: competing event.",
            f"Cumulative incidence at {days} days",
            "Aalen-Johansen",
        )
