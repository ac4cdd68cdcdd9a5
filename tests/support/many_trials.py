"""Two hundred trials drawn but not written, shared by the tests of distributions."""

from functools import cache

from helpers.simulate.enrolment import plan_enrolment
from helpers.simulate.generate import draw_course
from helpers.simulate.scenarios import SCENARIOS

SEEDS = range(200)


@cache
def draw_trials(scenario="modest"):
    """Courses of all consented persons, trial by trial; 60 trials beside the usual scenario."""
    story = SCENARIOS[scenario]
    seeds = SEEDS if scenario == "modest" else SEEDS[:60]
    return [
        [draw_course(seed, slot, story) for slot in plan_enrolment(seed, story, 16)]
        for seed in seeds
    ]


@cache
def draw_randomised(scenario="modest"):
    """Courses of all randomised persons of all trials."""
    return [
        course
        for trial in draw_trials(scenario)
        for course in trial
        if course.person.slot.arm is not None
    ]


def assert_share(hits, expected):
    """A share of persons or doses lies within three standard errors of what is stated."""
    hits = list(hits)
    share = sum(hits) / len(hits)
    error = (expected * (1 - expected) / len(hits)) ** 0.5
    assert abs(share - expected) < 3 * error, f"{share:.4f}, stated {expected}"
