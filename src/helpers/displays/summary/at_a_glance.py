"""P-S-01: the first page: lights, five numbers, what changed."""

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.lights.limits import show_lights
from helpers.displays.lights.shown import join_results
from helpers.displays.model import Fact, Page, join_notes
from helpers.displays.monitoring.after_alert import describe_after_alert
from helpers.displays.monitoring.stopping_words import describe_rule
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.serious_events.after_cutoff import describe_after_cutoff
from helpers.displays.summary.by_arm import note_not_by_arm, tabulate_by_arm
from helpers.displays.summary.counted import state_other_population
from helpers.displays.summary.events import (
    Known,
    deaths,
    given_doses,
    knows_serious,
    new_serious_events,
    read_previous,
    serious_events,
)
from helpers.displays.summary.hepatic_cases import describe_hepatic_cases
from helpers.displays.summary.new_serious import describe_new_serious
from helpers.displays.summary.wording import count_of
from helpers.params.interim import Trigger
from helpers.view import TOTAL, ClosedView, MaskedView, View

# the same words whatever the rule says: no reader of letters may see that it has alerted
ELSEWHERE = (
    "Neither the stopping rule nor the primary outcome is judged here: read the report that names "
    "the arms before any recommendation."
)
SOURCES = ("adsl", "adae", "adstop", "adpause", "adeff", "advisit", "previous")


@shown_as(
    "P-S-01",
    title="At a glance",
    audiences={"open": "pooled", "closed_masked": "by label"},
    needs=("adsl",),
    small_counts="shown",
)
def show_at_a_glance(view: View) -> Page:
    """Lights with the rule and the numbers behind each, five numbers, changes since last time.

    Closed readers also see serious events and deaths by arm, the terms of the new ones, how many
    are known after the cut-off, how dosing went on in an arm that alerted, and potential Hy's law
    cases.
    """
    table, other = tabulate_by_arm(view), state_other_population(view)
    beside = note_not_by_arm(view)
    elsewhere = ELSEWHERE if isinstance(view, MaskedView) else ""
    if isinstance(view, MaskedView):  # all but the table counts everybody, whatever the letter
        view = view.pool()
    shown = show_lights(view)
    facts, numbers = list_numbers(view)
    changes, counted = describe_changes(view)
    after_alert, dosed_after = describe_after_alert(view)
    by_arm = () if table is None else table.results
    return Page(
        population_line="",
        results=(*join_results(shown), *numbers, *by_arm, *counted, *dosed_after),
        facts=facts,
        lights=tuple(one.light for one in shown),
        legend=join_notes(describe_rule(view) if view.has("adstop") else ""),
        table=table,
        sentences=join_notes(
            other,
            elsewhere,
            after_alert,
            describe_hepatic_cases(view),
            describe_new_serious(view),
            describe_after_cutoff(view),
            changes,
            describe_pipeline(view),
        ),
        notes=join_notes(
            "Serious events and deaths in the lights and numbers above: of randomised "
            "participants; events begun after randomisation. Participant-years run from "
            "randomisation.",
            beside,
        ),
        source_note=f"{', '.join(_list_sources(view))}; show_at_a_glance.",
    )


def _list_sources(view: View) -> list[str]:
    closed = ("adlb", "postcut") if isinstance(view, ClosedView) else ()
    return [name for name in (*SOURCES, *closed) if view.has(name)]


def list_numbers(view: View) -> tuple[tuple[Fact, ...], list[Result]]:
    """Five numbers as facts, and as results."""
    persons = view.population("ITT")
    total = view.total("ITT").n
    years = float(persons["RANDPYRS"].dropna().sort_values().sum())
    died = len(deaths(view))
    numbers: dict[str, dict[str, float]] = {
        "RANDOMISED": {"n": total, "count": view.trial.accrual.planned},
        "PERSON_YEARS": {"person_years": years},
    }
    serious = "not known"
    if knows_serious(view):
        persons_hit = int(serious_events(view)["USUBJID"].nunique())
        numbers["SERIOUS"] = {"n": persons_hit}
        serious = str(persons_hit)
    numbers["DEATHS"] = {"n": died}
    third, counted = count_treated(view)
    results = [
        row
        for name, values in {**numbers, **counted}.items()
        for row in rows_of(Key("ITT", TOTAL, name), values)
    ]
    facts = (
        Fact("Randomised", f"{total} of {view.trial.accrual.planned}"),
        third,
        Fact("Participant-years", format_number(years, 1)),
        Fact("Participants with an SAE", serious),
        Fact("Deaths", str(died)),
    )
    return facts, results


def count_treated(view: View) -> tuple[Fact, dict[str, dict[str, float]]]:
    """Participants with at least one dose and with all, else those in follow-up."""
    persons = view.population("ITT")
    if not view.has("adsl", "DOSES"):
        n = int((persons["EOSSTT"] == "ONGOING").sum())
        return Fact("In follow-up", str(n)), {"IN_FOLLOW_UP": {"n": n}}
    doses = range(1, max(view.trial.doses.planned, 1) + 1)
    counts = [int((persons["DOSES"] >= dose).fillna(False).sum()) for dose in doses]
    every = {1: "", 2: " / both doses"}.get(len(counts), f" / all {len(counts)} doses")
    values = {f"DOSED_{dose}": {"n": float(n)} for dose, n in zip(doses, counts, strict=True)}
    shown = counts[:1] if len(counts) == 1 else (counts[0], counts[-1])
    return Fact(f"At least one dose{every}", " / ".join(map(str, shown))), values


def describe_changes(view: View) -> tuple[str, list[Result]]:
    """Sentence on what is new since the interim before, from the same export cut at its day."""
    before = read_previous(view)
    if before is None:
        return "", []
    counts = count_changes(view, before)
    results = [
        Result(Key("ITT", TOTAL, "NEW", "", name), "n", float(n)) for name, n in counts.items()
    ]
    words = ", ".join(count_of(n, *NAMES[name]) for name, n in counts.items())
    return f"Since {before.interim} (cut-off {state_date(before.cutoff)}): {words}.", results


NAMES = {
    "RANDOMISED": ("participant randomised", "participants randomised"),
    "DOSES": ("dose", "doses"),
    "SERIOUS": ("serious event", "serious events"),
    "DEATHS": ("death", "deaths"),
}


def count_changes(view: View, before: Known) -> dict[str, int]:
    """New randomised participants, doses (closed views), serious events and deaths."""
    persons = set(view.population("ITT")["USUBJID"])
    counts = {"RANDOMISED": len(persons - before.randomised)}
    if isinstance(view, ClosedView) and view.has("adex"):
        counts["DOSES"] = len(given_doses(view) - before.doses)
    if knows_serious(view):
        counts["SERIOUS"] = len(new_serious_events(view))
    counts["DEATHS"] = len(deaths(view) - before.died)
    return counts


def _name_planned(trigger: Trigger | None, n: int, form: str, visit: str) -> str:
    """How many forms this look was planned for, where that is another number."""
    if trigger is None or (trigger.form, trigger.visit) != (form, visit):
        return ""
    if trigger.persons in ("all", n):
        return ""
    return f" at the cut-off (this look was planned for when {trigger.persons} have it)"


def describe_pipeline(view: View) -> str:
    """How far those randomised have come: enrolment is faster than follow-up."""
    trial, plan = view.trial, view.interim
    if plan.key_param is None or plan.key_visit is None or not view.has("advisit"):
        return ""
    form = trial.scores[plan.key_param].form
    rows = view["advisit"]
    seen = rows[(rows["FORM"] == form) & (rows["AVISIT"] == plan.key_visit)]
    n = int((seen["STATUS"] == "RECEIVED").sum())
    what = f"the {trial.forms[form].label} form of {trial.visit_label(plan.key_visit).lower()}"
    text = f"Pipeline: {n} of {view.total('ITT').n} randomised participants have {what}"
    text += _name_planned(plan.trigger, n, form, plan.key_visit)
    if not view.has("adsl", "DOSES"):
        return f"{text}."
    doses = view.population("ITT")["DOSES"]
    complete = int((doses >= trial.doses.planned).fillna(False).sum())
    return f"{text}; {complete} had all planned doses."
