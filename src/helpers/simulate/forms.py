"""Questionnaire rows: the ratings of each visit with the gaps that real forms have."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_minute
from helpers.simulate.instruments import INSTRUMENTS, Instrument
from helpers.simulate.persons import Person, choose
from helpers.simulate.scenarios import Scenario
from helpers.simulate.scores import GATES, SCORE_VISITS, Ratings, draw_ratings
from helpers.simulate.tables import STUDY, Audit, Row
from helpers.simulate.visits import Visit

# First form at 07:40, so that month 3 is rated before a dose of the same day.
STARTS = {"NIHSS": 460, "FMA": 485, "MAS": 515, "FIM": 530, "SF36": 555}
SHARE_FORM_MISSING, SHARE_NEXT_DAY = 0.02, 0.03
SHARE_BLANK = 0.006
# Blanks come in runs (a page turned too fast): few forms, several items each.
BLANK_RUN = 0.15
SHARE_NOT_TESTABLE = 0.028  # of low FIM levels, 0.5 % of all
SHARE_HALF_SCALE = 0.03
SHARE_PROXY_APHASIA, SHARE_PROXY, SHARE_INTERVIEW = 0.60, 0.005, 0.35
RATERS = ("R01", "R02", "R03", "R04")
GONE = ("person too tired", "rater not available", "time ran out")
UNTESTABLE_REASON = {"n10": "physical barrier"}
SF36_SCALES = (
    tuple(range(2, 12)),
    (12, 13, 14, 15),
    (20, 21),
    (0, 32, 33, 34, 35),
    (22, 26, 28, 30),
    (19, 31),
    (16, 17, 18),
    (23, 24, 25, 27, 29),
)


@dataclass(frozen=True)
class _Form:
    instrument: Instrument
    visit: Visit
    minute: int
    method: str


def build_qs(
    rng: np.random.Generator, person: Person, conduct: Conduct, scenario: Scenario, clerk: Clerk
) -> list[Row]:
    """Write every item of every form of one randomised participant."""
    if conduct.randomised is None:
        return []
    ratings = draw_ratings(rng, person, scenario)
    rater = choose(rng, RATERS)
    answers, talks = rng.random(2).tolist()
    proxy = answers < (SHARE_PROXY_APHASIA if ratings.aphasia else SHARE_PROXY)
    method = "PROXY" if proxy else "INTERVIEW" if talks < SHARE_INTERVIEW else "SELF"
    rows: list[Row] = []
    for place, name in enumerate(SCORE_VISITS):
        visit = conduct.find(name)
        if visit is None or not visit.done or visit.kind != "ONSITE":
            continue
        someone = rater if rng.random() < 0.8 else choose(rng, RATERS)
        for form in _forms(rng, conduct, visit, method):
            rows += _rows(rng, person, form, ratings, place, someone, clerk)
    return rows


def _forms(
    rng: np.random.Generator, conduct: Conduct, visit: Visit, method: str
) -> Iterator[_Form]:
    """The SF-36 is now and then done a day later, where nothing depends on the day."""
    free = visit.day + 1 <= conduct.last_contact and visit.name in ("M06",)
    late = rng.random() < SHARE_NEXT_DAY * 4
    for name, instrument in INSTRUMENTS.items():
        minute = visit.day * DAY + STARTS[name]
        if name == "SF36" and free and late:
            minute += DAY
        yield _Form(instrument, visit, minute, method if name == "SF36" else "")


def _rows(
    rng: np.random.Generator,
    person: Person,
    form: _Form,
    ratings: Ratings,
    place: int,
    rater: str,
    clerk: Clerk,
) -> list[Row]:
    instrument = form.instrument
    needed = instrument.name == "NIHSS" and place == 0
    audit = clerk.sign(form.minute)
    missing = rng.random() < SHARE_FORM_MISSING
    reason = choose(rng, GONE)
    texts = _texts(rng, instrument, ratings, place)
    blank = _blanks(rng, instrument)
    head = (STUDY, person.subjid, form.visit.name, instrument.name)
    when = format_minute(form.minute)
    if missing and not needed:
        return [(*head, "ALL", when, "", rater, "Y", form.method, "NOT DONE", reason, *audit)]
    tail = (rater, "Y", form.method, "")
    return [
        _item_row(head, code, when, text, tail, audit)
        for code, text, gone in zip(instrument.codes, texts, blank, strict=True)
        if needed or not gone
    ]


def _item_row(
    head: tuple[str, ...], code: str, when: str, text: str, tail: tuple[str, ...], audit: Audit
) -> Row:
    why = UNTESTABLE_REASON.get(code, "joint fusion") if text == "UN" else ""
    return (*head, code, when, text, *tail, why, *audit)


def _texts(
    rng: np.random.Generator, instrument: Instrument, ratings: Ratings, place: int
) -> list[str]:
    levels = ratings.levels[instrument.name][place].tolist()
    texts = [options[level] for options, level in zip(instrument.texts, levels, strict=True)]
    if instrument.name == "NIHSS" and ratings.untestable:
        return [
            "UN" if code in ratings.untestable else text
            for code, text in zip(instrument.codes, texts, strict=True)
        ]
    if instrument.name == "FIM":
        refused = rng.random(len(texts)) < SHARE_NOT_TESTABLE
        return [
            "NT" if no and text in ("1", "2") else text
            for text, no in zip(texts, refused.tolist(), strict=True)
        ]
    return texts


def _blanks(rng: np.random.Generator, instrument: Instrument) -> list[bool]:
    """Which items were left out: these have no row."""
    count = len(instrument.codes)
    careless = rng.random() < SHARE_BLANK / BLANK_RUN
    length = max(1, round(BLANK_RUN * count))
    first = int(rng.integers(0, count - length + 1))
    blank = [careless and first <= item < first + length for item in range(count)]
    if instrument.name == "FMA":
        # Without its gate the reflex item cannot be judged: it is left out with it.
        for gate, gated in GATES:
            blank[gated] = blank[gated] or any(blank[item] for item in gate)
    if instrument.name == "SF36":
        half = rng.random(len(SF36_SCALES)).tolist()
        for items, chance in zip(SF36_SCALES, half, strict=True):
            if chance < SHARE_HALF_SCALE:
                for item in items[: (len(items) + 1) // 2]:
                    blank[item] = True
    return blank
