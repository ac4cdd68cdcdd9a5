"""Adverse events as synthetic-data.md section 6 describes them, over 200 trials."""

from collections import Counter

import numpy as np
import pytest
from checked_export import PARAMS, read_csv
from many_trials import SEEDS, assert_share, draw_randomised, draw_trials

from helpers.simulate.catalogue import BACKGROUND, IT_EVENTS, IV_EVENTS, SYSTEMS
from helpers.simulate.dates import DAY
from helpers.simulate.events import DAYS_BEFORE

# Stories that every trial tells, beside what happens by chance.
TOLD = {"HIGH_ALT", "HYS_LAW"}


def events(scenario="modest"):
    return [record.event for one in draw_randomised(scenario) for record in one.records]


@pytest.mark.parametrize("kind", BACKGROUND, ids=lambda kind: kind.term)
def test_background_rates_are_the_stated_ones(kind):
    counts, years = np.zeros(len(SEEDS)), np.zeros(len(SEEDS))
    for seed, trial in enumerate(draw_trials()):
        for one in trial:
            if one.person.slot.arm is None:
                continue
            days = one.conduct.last_contact - one.conduct.randomised // DAY + DAYS_BEFORE
            years[seed] += days / 365.25
            told = kind.term.startswith("Alanine") and one.conduct.roles & TOLD
            counts[seed] += sum(
                record.event.term == kind.term
                and record.event.dose is None
                and not record.event.fatal
                and not told
                for record in one.records
            )
    rate = counts.sum() / years.sum()
    # Persons differ (frailty), so the error comes from the trials themselves.
    error = (counts - rate * years).std() / len(SEEDS) ** 0.5 / years.mean()
    assert abs(rate - kind.rate) < 3 * error


@pytest.mark.parametrize(
    ("route", "kinds"), [("INTRAVENOUS", IV_EVENTS), ("INTRATHECAL", IT_EVENTS)]
)
def test_every_dose_is_followed_by_what_its_route_brings(route, kinds):
    doses = [(one, dose) for one in draw_randomised() for dose in one.doses if dose.route == route]
    for kind in kinds:
        followed = [
            any(
                record.event.term == kind.term
                and record.event.dose == dose.number
                and not record.event.action.startswith(("DOSE_NOT", "NEXT"))
                for record in one.records
            )
            for one, dose in doses
        ]
        assert_share(followed, kind.chance)


def test_fever_by_vein_starts_a_mean_of_nine_hours_after_the_dose():
    hours = [
        (record.event.start - dose.start) / 60
        for one in draw_randomised()
        for dose in one.doses
        for record in one.records
        if record.event.term == "Fever"
        and record.event.dose == dose.number
        and dose.route == "INTRAVENOUS"
    ]
    assert abs(np.mean(hours) - 9) < 3 * 9 / len(hours) ** 0.5


def test_some_170_events_happen_in_48_persons():
    counts = [sum(len(one.records) for one in trial) for trial in draw_trials()]
    assert 155 < np.mean(counts) < 185


def test_counts_are_more_dispersed_than_poisson():
    counts = [len(one.records) for one in draw_randomised() if one.person.slot.arm == "CTL"]
    assert np.var(counts) > 1.5 * np.mean(counts)


def test_grades_partial_dates_and_ongoing_events_have_the_stated_shares():
    all_events = events()
    count = len(all_events)

    def share(hit):
        return sum(hit(one) for one in all_events) / count

    assert share(lambda one: one.grade <= 2) == pytest.approx(0.88, abs=0.01)
    assert share(lambda one: one.precision != "day") == pytest.approx(0.04, abs=0.005)
    assert share(lambda one: one.end is None) == pytest.approx(0.08, abs=0.005)


def test_early_fever_is_mostly_called_related():
    early = [
        record.event.product
        for one in draw_randomised()
        for dose in one.doses
        for record in one.records
        if record.event.term == "Fever"
        and record.event.dose == dose.number
        and record.event.start - dose.start <= DAY
    ]
    assert_share((code == "PROBABLE" for code in early), 0.55)
    assert_share((code == "POSSIBLE" for code in early), 0.30)


def test_sixty_percent_of_the_events_on_a_dose_day_come_from_the_check_list():
    asked = [
        record.event.asked
        for one in draw_randomised()
        for dose in one.doses
        for record in one.records
        if record.event.dose == dose.number
        and record.event.start // DAY == dose.start // DAY
        and not record.event.action.startswith(("DOSE_NOT", "NEXT"))
    ]
    assert_share(asked, 0.60)


def test_an_event_is_serious_for_a_reason_and_a_stay_lies_inside_it():
    for event in events():
        reasons = (event.fatal, event.life_threat, event.stay is not None)
        assert event.serious or not any(reasons)
        if event.stay is not None and event.end is not None:
            assert event.start // DAY <= event.stay[0] <= event.stay[1] <= event.end // DAY


def test_without_product_effects_doses_bring_the_procedure_only():
    after = {event.term for event in events("null") if event.dose is not None}
    assert "Fever" not in after
    assert "Post-puncture headache" in after


def test_harm_it_adds_meningitis_seizures_infections_and_a_related_death():
    harm, modest = draw_randomised("harm_it"), draw_randomised()[: len(draw_randomised("harm_it"))]
    spinal = [(one, dose) for one in harm for dose in one.doses if dose.route == "INTRATHECAL"]
    for term, chance in (("Chemical meningitis", 0.12), ("Seizure", 0.08)):
        hits = [
            any(
                record.event.term == term and record.event.dose == dose.number
                for record in one.records
            )
            for one, dose in spinal
        ]
        # A few lie after the last contact or fall together with an event already there.
        assert chance - 0.02 < np.mean(hits) < chance + 0.01

    def pneumonias(courses):
        return sum(
            record.event.term == "Pneumonia" and not record.event.fatal
            for one in courses
            if one.person.slot.arm == "IT"
            for record in one.records
        )

    assert 2.4 < pneumonias(harm) / pneumonias(modest) < 3.6
    for trial in draw_trials("harm_it"):
        fatal = [record.event for one in trial for record in one.records if record.event.fatal]
        assert Counter(event.term for event in fatal)["Chemical meningitis"] == 1


def test_every_term_is_in_the_dictionary_under_its_system():
    listed = {row["PT"]: row["SOC"] for row in read_csv(PARAMS / "tables" / "dict.csv")}
    assert {term: listed.get(term) for term in SYSTEMS} == dict(SYSTEMS)
    assert {event.term for event in (*events(), *events("harm_it"))} <= set(SYSTEMS)
