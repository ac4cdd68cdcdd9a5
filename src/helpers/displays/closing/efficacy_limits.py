"""P-E-99: limits of the efficacy report, deviations from its plan and sources, from its data."""

from collections.abc import Mapping

from helpers.displays.closing.cannot_show import NOTHING, Said
from helpers.displays.columns import state_date
from helpers.displays.data_status.form_counts import compute_completeness, count_forms
from helpers.displays.declare import shown_as
from helpers.displays.efficacy.comparisons import compares_arms, list_compared
from helpers.displays.efficacy.content import (
    choose_scores,
    list_known_scores,
    list_score_notes,
    read_values,
)
from helpers.displays.efficacy.form_completeness import QUALITY
from helpers.displays.efficacy.report_parts import (
    KEY_MODEL,
    LIMITS,
    PUBLISHED,
    list_absent,
    list_shown,
    made_where_possible,
)
from helpers.displays.model import Page, join_notes
from helpers.displays.responders.response import note_thresholds
from helpers.displays.results import Key, rows_of
from helpers.displays.summary.wording import count_of
from helpers.displays.treatment_effect.effects import fit_effects
from helpers.displays.treatment_effect.model_notes import state_fallback
from helpers.params.trial import Score
from helpers.view import TOTAL, ArmView, ClosedView, MaskedView, View

SOURCES = ("adsl", "adeff", "advisit")


@shown_as(
    "P-E-99",
    title="Limits, deviations from the plan, sources",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
@made_where_possible(LIMITS)
def show_efficacy_limits(view: View) -> Page:
    """What the efficacy report lacks, where data and plan differ, and what it rests on.

    Results: Key(ITT, Total, COMPLETENESS) n, total of the forms due; Key(ITT, Total, category of
    T-E-02) n, total of those received after baseline; for readers of scores Key(population, Total,
    key score, key visit, KEY_VALUE) n, N, and where arms are named Key(ITT, Total, PROTOCOL) n, N.
    Open readers are told nothing of scores and arms.
    """
    said = [
        *_list_limits(view),
        *_list_deviations(view),
        *((text, ()) for text in _list_sources(view)),
    ]
    return Page(
        population_line=f"Data to {state_date(view.cutoff)}.",
        results=tuple(row for _, results in said for row in results),
        sentences=join_notes([text for text, _ in said]),
        source_note=f"{', '.join(name for name in SOURCES if view.has(name))}; params; "
        "show_efficacy_limits.",
    )


def _list_limits(view: View) -> list[Said]:
    scored, named = isinstance(view, ArmView), isinstance(view, ClosedView)
    absent = list_absent(view) if scored else {}
    return [
        _state_key_values(view) if scored else NOTHING,
        *((f"Not in this report: {'; '.join(names)}. {why}", ()) for why, names in absent.items()),
        (_state_comparison(view), ()),
        *((f"Design: {note}", ()) for note in (view.trial.estimand_notes if named else ())),
        _state_forms(view),
    ]


def _state_key_values(view: View) -> Said:
    """How many have the value that the report is about; the others are a matter of assumption."""
    interim = view.interim
    if interim.key_param is None or interim.key_visit is None or not view.has("adeff"):
        return NOTHING
    if interim.efficacy_content == "completeness":
        return NOTHING
    population = interim.population_efficacy
    values = read_values(choose_scores(view), interim.key_param, interim.key_visit, "CHG")
    n, total = len(values), view.total(population).n
    key = Key(population, TOTAL, interim.key_param, interim.key_visit, "KEY_VALUE")
    score = view.trial.scores[interim.key_param].label
    visit = view.trial.visit_label(interim.key_visit).lower()
    others = (
        " What the others had or will have is not known; every number about all of them rests on "
        "an assumption (T-E-12)."
    )
    text = f"Size: {n} of {total} participants have a change of {score} at {visit}."
    text += others if n < total else ""
    return text, tuple(rows_of(key, {"n": n, "N": total}))


def _state_comparison(view: View) -> str:
    if not isinstance(view, ArmView):
        return (
            "Comparison: no score and no arm is in this report; it cannot say what treatment does."
        )
    if not compares_arms(view):
        return (
            "Comparison: no number between arms is in this report; arms that stand side by side "
            "are no comparison."
        )
    key_result = KEY_MODEL in list_shown(view) and view.interim.alpha_look
    if isinstance(view, MaskedView):
        pairs = f"in {KEY_MODEL} all pairs at the key visit are adjusted for each other; "
        return (
            f"Comparison: arms are under letters; {pairs if key_result else ''}all other "
            "differences are exploratory, and none is adjusted for their number. The formal family "
            "and its bound are in the report that names the arms."
        )
    formal = key_result and list_compared(view)
    lead = f"all differences but the formal family of {KEY_MODEL}" if formal else "all differences"
    return (
        f"Comparison: {lead} are exploratory. Of many intervals some leave out 0 by chance; none "
        "of these is adjusted for their number."
    )


def _state_forms(view: View) -> Said:
    """Forms received of those due."""
    if not view.has("advisit"):
        return "Forms: the data do not say which were due, so not which are missing.", ()
    forms = compute_completeness(count_forms(view, view.total("ITT")))
    if not forms["total"]:
        return NOTHING
    n, total = int(forms["n"]), int(forms["total"])
    text = f"Forms: {n} of {total} due were received (T-E-02)."
    return text, tuple(rows_of(Key("ITT", TOTAL, "COMPLETENESS"), forms))


def _list_deviations(view: View) -> list[Said]:
    found = [_state_trigger(view), *_count_quality(view), _count_protocol(view)]
    found += [(text, ()) for text in _state_model(view)]
    if any(text for text, _ in found):
        return found
    return [("Deviations: none from the plan of this report is known from the data.", ())]


def _state_trigger(view: View) -> Said:
    """Forms that the look waited for, of those that it was planned for."""
    trigger = view.interim.trigger
    if trigger is None or trigger.kind != "form_received" or not view.has("advisit"):
        return NOTHING
    rows = view["advisit"]
    rows = rows[(rows["FORM"] == trigger.form) & (rows["AVISIT"] == trigger.visit)]
    n = int((rows["STATUS"] == "RECEIVED").sum())
    planned = view.total("ITT").n if trigger.persons == "all" else trigger.persons
    if n == planned:
        return NOTHING
    form = view.trial.forms[str(trigger.form)].label
    visit = view.trial.visit_label(str(trigger.visit)).lower()
    key = Key("ITT", TOTAL, str(trigger.form), str(trigger.visit), "TRIGGER")
    text = (
        f"Deviation, time of the look: planned at {planned} participants with {form} at {visit}; "
        f"{n} have one in these data."
    )
    return text, tuple(rows_of(key, {"n": n, "count": planned}))


def _count_quality(view: View) -> list[Said]:
    """Forms after baseline outside the window, by an unblinded rater, by a proxy (T-E-02)."""
    if not view.has("advisit"):
        return []
    rows = view["advisit"]
    received = rows[(rows["STATUS"] == "RECEIVED") & (rows["AVISIT"] != view.trial.baseline.code)]
    found: list[Said] = []
    for category, quality in QUALITY.items():
        hidden = quality.closed_only and not isinstance(view, ClosedView)
        if hidden or quality.column not in received:
            continue
        known = received[received[quality.column].notna()]
        n, total = int((known[quality.column] == quality.value).sum()), len(known)
        if n:
            key = Key("ITT", TOTAL, category)
            text = f"Deviation, forms: {n} of {total} after baseline {quality.label} (T-E-02)."
            found.append((text, tuple(rows_of(key, {"n": n, "total": total}))))
    return found


def _count_protocol(view: View) -> Said:
    """Randomised participants who did not follow the protocol."""
    if not isinstance(view, ClosedView) or not view.has("adsl", "PPFL"):
        return NOTHING
    persons = view.population("ITT")
    n, total = int((persons["PPFL"] != "Y").sum()), len(persons)
    if not n:
        return NOTHING
    where = " (T-S-04)" if view.interim.uses_per_protocol else ""
    text = (
        f"Deviation, protocol: {n} of {count_of(total, 'randomised participant')} are not in the "
        f"per-protocol population{where}; the main analyses use them all the same."
    )
    return text, tuple(rows_of(Key("ITT", TOTAL, "PROTOCOL"), {"n": n, "N": total}))


def _state_model(view: View) -> list[str]:
    """Where the key model is not the planned one, and differences that were not planned."""
    if not isinstance(view, ArmView):
        return []
    said = []
    if view.interim.nonlook_contrasts:
        said.append(
            "Deviation, looks: this look was to compare no arms; the differences were asked for."
        )
    if KEY_MODEL in list_shown(view):
        effects = fit_effects(view, str(view.interim.key_param))
        why = effects.model.reason and f"no model, {effects.model.reason}."
        note = why or state_fallback(effects)
        said += [f"Deviation, key model: {note}"] if note else []
    return said


def _list_sources(view: View) -> list[str]:
    """What the report rests on: the export, thresholds, scoring, publications, methods."""
    told = (
        isinstance(view, ArmView)
        and view.interim.efficacy_content != "completeness"
        and view.has("adeff")
    )
    scores: Mapping[str, Score] = (
        {
            code: score
            for code, score in list_known_scores(view, choose_scores(view)).items()
            if score.main
        }
        if told
        else {}
    )
    methods = "docs/methods.md of the program names the publication and the proof of each"
    return [
        f"Source, data: an export of {state_date(view.extract)}.",
        *(f"Source, scores: {note}" for note in list_score_notes(view, dict(scores))),
        *(f"Source, thresholds: {note}" for note in [note_thresholds(scores)] if note),
        f"Source, results of others: {PUBLISHED}." if PUBLISHED in list_shown(view) else "",
        f"Source, methods: {methods}.",
    ]
