"""Laboratory values of one participant over time, from two laboratories with their own units."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.analytes import BLOOD, CSF, Analyte
from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_minute
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event
from helpers.simulate.persons import Person
from helpers.simulate.tables import STUDY, Row

SHARE_SECOND_LABORATORY = 0.25
SHARED = 0.3  # correlation between the analytes of one sample
SHARE_LOST = 0.006
# Four in five of these exceed 10 cells/uL: a quarter of all samples.
CELLS_AFTER, PROTEIN_AFTER = 0.30, 0.20
OTHER_LIMITS = 1.08  # upper limits of the second laboratory relative to the first
_NO_RESULT = ("", "", "", "", "NOT DONE", "sample clotted")
_MEDIAN = np.log([analyte.median for analyte in BLOOD])
_BETWEEN = np.array([analyte.between for analyte in BLOOD])
_WITHIN = np.sqrt(np.log1p(np.array([analyte.within for analyte in BLOOD]) ** 2))
_FEMALE = np.log([analyte.female for analyte in BLOOD])


@dataclass(frozen=True)
class _Sample:
    visit: str
    minute: int
    outside: bool  # measured by the second laboratory
    factors: dict[str, float] = field(default_factory=dict)  # times the drawn value
    multiples: dict[str, float] = field(default_factory=dict)  # of the upper limit, instead of it


def build_lb(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    doses: Sequence[Administration],
    events: Sequence[Event],
    clerk: Clerk,
) -> list[Row]:
    """Write blood values at visits and around doses, and CSF values of spinal doses."""
    samples = [
        *_visit_samples(rng, conduct),
        *_dose_samples(doses, events, conduct),
    ]
    noise = rng.standard_normal((len(samples) + 1, len(BLOOD) + 1))
    mixed = np.sqrt(SHARED) * noise[:, :1] + np.sqrt(1 - SHARED) * noise[:, 1:]
    usual = _MEDIAN + _BETWEEN * mixed[-1] + (_FEMALE if person.sex == "F" else 0.0)
    values = np.exp(usual + _WITHIN * mixed[:-1])
    lost = rng.random(values.shape) < SHARE_LOST
    rows: list[Row] = []
    for place, sample in enumerate(samples):
        rows += _blood_rows(person, sample, values[place], lost[place], clerk)
    for dose in doses:
        if dose.route == "INTRATHECAL":
            rows += _csf_rows(rng, person, dose, clerk)
    return rows


def _visit_samples(rng: np.random.Generator, conduct: Conduct) -> list[_Sample]:
    # Blood at BL in every arm: rows that only control participants have would tell the arm.
    names = ("SCR", "BL", "M03", "M06", "M12")
    chances = dict(zip(("SCR", "BL", "M03", "M06", "M12"), rng.random(5).tolist(), strict=True))
    samples = []
    for name in names:
        visit = conduct.find(name)
        if visit is None or not visit.done or visit.kind != "ONSITE":
            continue
        outside = name not in ("SCR", "BL") and chances[name] < SHARE_SECOND_LABORATORY
        minute = visit.day * DAY + 450
        multiples = _liver_multiples(conduct, name)
        samples.append(_Sample(name, minute, outside, multiples=multiples))
    return samples


def _liver_multiples(conduct: Conduct, visit: str) -> dict[str, float]:
    """One participant has ALT at 4 times the limit; `harm_it` has a possible Hy's law case."""
    if "HYS_LAW" in conduct.roles and visit == "M06":
        return {"ALT": 6.0, "AST": 4.5, "BILI": 2.5, "ALP": 1.1}
    if "HIGH_ALT" in conduct.roles and visit == "M03":
        return {"ALT": 4.0, "AST": 2.4, "BILI": 1.4}
    return {}


def _dose_samples(
    doses: Sequence[Administration], events: Sequence[Event], conduct: Conduct
) -> list[_Sample]:
    samples = []
    for dose in doses:
        visit = f"D{dose.number}A"
        samples.append(_Sample(visit, dose.start // DAY * DAY + 430, outside=False))
        after = dose.start + DAY + 10
        if after // DAY > conduct.last_contact:
            continue
        fever = any(
            event.peak is not None and dose.start <= event.start <= after for event in events
        )
        rise = {"CRP": 2.6, "WBC": 1.1, "NEUT": 1.15}
        if fever and dose.route == "INTRAVENOUS":
            rise = {"CRP": 7.0, "WBC": 1.5, "NEUT": 1.7, "LYM": 0.8, "PCT": 2.0}
        samples.append(_Sample(visit, after, outside=False, factors=rise))
    return samples


def _blood_rows(
    person: Person, sample: _Sample, values: np.ndarray, lost: np.ndarray, clerk: Clerk
) -> list[Row]:
    audit = clerk.sign(sample.minute)
    when = format_minute(sample.minute)
    head = (STUDY, person.subjid, sample.visit, "BLOOD")
    rows: list[Row] = []
    for analyte, drawn, gone in zip(BLOOD, values.tolist(), lost.tolist(), strict=True):
        value = drawn * sample.factors.get(analyte.code, 1.0)
        multiple = sample.multiples.get(analyte.code)
        if multiple is not None:
            value = multiple * analyte.high
        elif gone:
            rows.append((*head, analyte.code, when, *_NO_RESULT, *audit))
            continue
        report = _report(analyte, value, sample.outside, person.sex)
        rows.append((*head, analyte.code, when, *report, "", "", *audit))
    return rows


def _report(analyte: Analyte, value: float, outside: bool, sex: str) -> tuple[str, str, str, str]:
    """Give result, unit and the laboratory's own limits as text."""
    factor, digits, unit = 1.0, analyte.digits, analyte.unit
    if outside:
        factor, digits, unit = analyte.factor, analyte.other_digits, analyte.other_unit
    scale = factor * (analyte.female if sex == "F" else 1.0)
    low = "" if analyte.low is None else f"{analyte.low * scale:.{digits}f}"
    high = f"{analyte.high * scale * (OTHER_LIMITS if outside else 1.0):.{digits}f}"
    if value < analyte.floor:
        return f"<{analyte.floor * factor:.{digits}f}", unit, low, high
    return f"{value * factor:.{digits}f}", unit, low, high


def _csf_rows(
    rng: np.random.Generator, person: Person, dose: Administration, clerk: Clerk
) -> list[Row]:
    """CSF is taken just before the dose and, by a second thin puncture, a day later."""
    rows: list[Row] = []
    noise = rng.standard_normal((3, len(CSF)))
    cells, protein, more = rng.random(3).tolist()
    after = {
        "CSFWBC": 8.0 + 10.0 * more if cells < CELLS_AFTER else 1.5,
        "CSFPROT": 1.7 if protein < PROTEIN_AFTER else 1.05,
    }
    for place, (minute, factors) in enumerate(
        ((dose.start - 5, {}), (dose.start + DAY + 20, after))
    ):
        audit, when = clerk.sign(minute), format_minute(minute)
        for column, analyte in enumerate(CSF):
            log = analyte.between * noise[2, column] + analyte.within * noise[place, column]
            value = analyte.median * float(np.exp(log)) * factors.get(analyte.code, 1.0)
            result = _report(analyte, value, outside=False, sex="M")
            head = (STUDY, person.subjid, f"D{dose.number}A", "CSF", analyte.code, when)
            rows.append((*head, *result, "", "", *audit))
    return rows
