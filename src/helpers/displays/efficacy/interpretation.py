"""P-E-01: what can be learned from the scores of a trial of this size, and how they are read."""

from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import list_compared
from helpers.displays.efficacy.content import choose_scores, read_values
from helpers.displays.efficacy.family_words import describe_adjustment, describe_alpha
from helpers.displays.efficacy.other_plan import state_other_plan
from helpers.displays.efficacy.report_parts import (
    AFTER_LOOKS,
    FORMAL,
    KEY_MODEL,
    MEAN_CHANGES,
    PARTS,
    READING,
    list_shown,
    made_where_possible,
)
from helpers.displays.formats import format_level, format_number
from helpers.displays.model import Fact, Page, join_notes
from helpers.displays.results import Key, Result, format_value, rows_of
from helpers.displays.sequential.panel import (
    find_story,
    state_result,
    tabulate_key_completeness,
    tabulate_key_result,
)
from helpers.stats.multiplicity.family_rule import FamilyRule
from helpers.stats.power import compute_detectable_effect
from helpers.view import TOTAL, MaskedView, View

POWER = 0.8
PILOT = 50  # participants per arm, below which a trial estimates and does not confirm
FEWEST = 2  # participants per arm, below which nothing can be compared
CORRELATION = 0.7  # of a score with its baseline, for the better of the two numbers

ASKED_FOR = (
    "This look spends no alpha. Differences between arms are in it because they were asked for: "
    "they are exploratory, and 0.0001 is taken off the final level for them."
)
NO_COMPARISON = (
    "No difference between arms is estimated or tested in this report: it spends no alpha, and no "
    "p-value is shown. Where arms stand side by side, each is described by itself."
)


@shown_as(
    "P-E-01",
    title="How to read the scores",
    audiences={"closed_masked": "by label"},
    needs=("adeff",),
)
@made_where_possible(READING)
def show_interpretation(view: View) -> Page:
    """Position on estimates and tests, with the key result so far.

    At a look that spends alpha the key differences against its bound; else how complete the key
    values are.

    Results: Key(population, Total, key score, key visit) n, total (planned), fraction; those of
    the panel (`sequential/panel.py`).
    """
    facts, results = _count_information(view)
    story = find_story(view)
    table = tabulate_key_completeness(view) if story is None else tabulate_key_result(story)
    return Page(
        id=READING,
        population_line="",
        results=(*results, *(() if table is None else table.results)),
        facts=facts,
        table=table,
        sentences=join_notes(
            state_other_plan(view),
            [] if story is None else state_result(story),
            _state_size(view) if view.trial.accrual.per_arm >= FEWEST else "",
            _state_comparisons(view),
            _state_intervals(view),
            "Tests within an arm are not shown: a change over time, without the other arms beside "
            "it, is no evidence of an effect.",
        ),
        source_note="params; adeff (ANL01FL = Y), advisit (STATUS); show_interpretation.",
    )


def _state_size(view: View) -> str:
    """What one comparison can find at best, and what one of the family can."""
    n, family = view.trial.accrual.per_arm, len(_list_family(view))
    pilot = (
        f"{n} participants per arm are a pilot: no claim is confirmed here. " if n < PILOT else ""
    )
    plain, helped = _find_detectable(view, 1)
    said = (
        f"{pilot}With {n} participants per arm, {format_level(POWER)} power and every value known, "
        f"one comparison of two arms that is not adjusted can find a difference of {plain} "
        f"standard deviations, or of {helped} with a baseline correlated "
        f"{format_value(CORRELATION)}"
    )
    interim = view.interim
    if family > 1 and interim.multiplicity != "none":
        least = " at the least" if interim.multiplicity == "hochberg" else ""
        plain, helped = _find_detectable(view, family)
        said += (
            f"; each of the {family} comparisons with the control, "
            f"{describe_adjustment(interim)}{least}, one of {plain}, or of {helped}"
        )
    return f"{said}. Missing values and the bound of a look make what can be found larger."


def _find_detectable(view: View, contrasts: int) -> list[str]:
    """Difference in SD that so many contrasts of a family can find: plain, and with baseline."""
    n, interim = view.trial.accrual.per_arm, view.interim
    found = (
        compute_detectable_effect(
            n,
            power=POWER,
            alpha=interim.alpha_total,
            correlation=correlation,
            contrasts=contrasts,
            rule=FamilyRule(interim.multiplicity, interim.sides),
        )
        for correlation in (0.0, CORRELATION)
    )
    return [format_number(effect, 2) for effect in found]


def _list_family(view: View) -> list[tuple[str, str, str]]:
    """Planned contrasts with the control."""
    trial = view.trial
    return [own for own in trial.contrasts if trial.control is not None and own[2] == trial.control]


def _state_comparisons(view: View) -> list[str]:
    """What is compared, and how; or that nothing is."""
    comparing = any(PARTS[name].compares for name in list_shown(view))
    if comparing and list_compared(view):
        return _state_family(view) if view.interim.alpha_look else [ASKED_FOR]
    key = _describe_key(view)
    return [NO_COMPARISON, *([f"So the planned key result is not in it: {key}."] if key else [])]


def _describe_key(view: View) -> str:
    """The planned key result in words; empty where none is named."""
    interim, trial = view.interim, view.trial
    if interim.key_param is None or interim.key_visit is None or trial.control is None:
        return ""
    contrasts = [
        f"{trial.arm(arm).label} against {trial.arm(reference).label}"
        for _, arm, reference in _list_family(view)
    ]
    change = f"change of {trial.scores[interim.key_param].label}"
    visit = trial.visit_label(interim.key_visit).lower()
    return f"{change} at {visit}, {' and '.join(contrasts)}"


def _explain_contrasts(view: View) -> str:
    """Which arms the short names of the contrasts stand for."""
    trial = view.trial
    said = [
        f"{label}: {trial.arm(arm).label} less {trial.arm(reference).label}"
        for label, arm, reference in _list_family(view)
    ]
    return f"{'; '.join(said)}, here and in every display."


def _state_family(view: View) -> list[str]:
    """The one family that is displayed formally, and that all else is exploratory."""
    interim, key = view.interim, _describe_key(view)
    said = []
    if key and KEY_MODEL in list_shown(view):
        said.append(
            f"One family is displayed formally ({KEY_MODEL}): {key}, "
            f"{describe_adjustment(interim)}, {describe_alpha(interim)} over all looks. A key "
            "score or visit chosen after data were seen by arm would make it exploratory too."
        )
        said.append(_explain_contrasts(view))
    elif key:
        said.append(f"The planned key result is not in it: {key}.")
    elif KEY_MODEL in list_shown(view) and isinstance(view, MaskedView):
        said.append(
            f"In {KEY_MODEL} all pairs at the key visit are adjusted for each other, not for the "
            "looks: the test and the bound of this look are in the report that names the arms."
        )
    if AFTER_LOOKS in list_shown(view):
        said.append(
            f"In {AFTER_LOOKS} only the repeated CI belongs to this family; its lines as if this "
            "were the only look and median-unbiased are exploratory and not adjusted for arms."
        )
    level = format_level(interim.interval_level)
    nominal = (
        "nominal p values stand beside them and decide nothing"
        if interim.print_nominal_p
        else "without p values on the page"
    )
    shown = [name for name in list_shown(view) if PARTS[name].compares and name not in FORMAL]
    lead = "All other differences" if said else "Differences"
    others = (
        f"{lead} between arms ({', '.join(shown)}) are estimates with {level} "
        f"CIs, {nominal}: exploratory, not adjusted for multiplicity."
    )
    return [*said, others] if shown else said


def _state_intervals(view: View) -> str:
    """How the only intervals of this report are read; empty where it has none."""
    if MEAN_CHANGES not in list_shown(view) or not view.interim.alpha_look:
        return ""
    return (
        f"The CIs in {MEAN_CHANGES} belong to the mean of one arm each, are exploratory and "
        "not adjusted for multiplicity."
    )


def _count_information(view: View) -> tuple[tuple[Fact, ...], tuple[Result, ...]]:
    """Participants with the key value of those planned."""
    interim, trial = view.interim, view.trial
    if interim.key_param is None or interim.key_visit is None or not interim.planned_info:
        return (), ()
    values = read_values(choose_scores(view), interim.key_param, interim.key_visit, "CHG")
    n, planned = len(values), interim.planned_info
    key = Key(interim.population_efficacy, TOTAL, interim.key_param, interim.key_visit)
    label = f"{trial.scores[interim.key_param].label}, {trial.visit_label(interim.key_visit)}"
    facts = (
        Fact("Planned key result", label),
        Fact("Participants with its value", f"{n} of {planned} planned"),
    )
    counted = {"fraction": min(n / planned, 1.0)} if interim.info_mode == "count" else {}
    return facts, tuple(rows_of(key, {"n": n, "count": planned, **counted}))
