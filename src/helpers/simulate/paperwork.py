"""The small tables of conduct: rand, dm, ie, sv, ds, dv, qry."""

from collections.abc import Sequence

import numpy as np

from helpers.simulate.audit import ENTRY_DAYS, Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_day, format_minute
from helpers.simulate.doses import Administration
from helpers.simulate.persons import Person, choose
from helpers.simulate.tables import Row, make_row
from helpers.simulate.visits import PROTOCOL, is_in_window

INCLUSION = ("IN01", "IN02", "IN03", "IN03A", "IN03B", "IN03C", "IN03D", "IN04", "IN05", "IN06")
EXCLUSION = ("EX01", "EX02", "EX03", "EX04", "EX05")
FAILED = {"NIHSS": "IN05", "LAB": "IN03D", "CONSENT": "IN06", "CANCER": "EX03"}
# Beside these, queries of the last weeks are open: about 15 % in all.
QUERIES_PER_PERSON, SHARE_OPEN = 1.4, 0.05
QUERY_TEXTS = {
    "qs": "please confirm the rating of one item",
    "ae": "please give the end date",
    "cm": "dose unit is missing",
    "lb": "value differs from the printed report",
    "vs": "please check the time of measurement",
    "mh": "please give the start date",
}


def build_rand(person: Person, conduct: Conduct, clerk: Clerk) -> list[Row]:
    """Write the randomisation of one participant."""
    if conduct.randomised is None:
        return []
    values = {
        "RANDNO": f"R{person.slot.rank:03d}",
        "RANDDTC": format_minute(conduct.randomised),
        "ARMCD": person.slot.arm,
    }
    return [make_row("rand", person.subjid, values, clerk.sign(conduct.randomised, urgent=True))]


def build_dm(person: Person, conduct: Conduct, clerk: Clerk) -> list[Row]:
    """Write the demography row; it carries no arm."""
    values = {
        "RFICDTC": format_day(person.slot.consent),
        "BRTHYR": person.birth_year,
        "AGE": person.age,
        "SEX": person.sex,
        "RACE": "ASIAN",
        "ETHNIC": "MINORITY" if person.minority else "KINH",
        "HEIGHT": person.height,
        "WEIGHT": person.weight,
        "STROKEDTC": person.onset_text,
        "STRKSUB": person.subtype,
        "STRKSIDE": person.side,
        "AFFSIDE": person.weak_side,
        "HANDED": person.handed,
        "REPERF": person.reperfusion,
        "PRIORSTRK": "Y" if person.earlier_stroke else "N",
        "PREMRS": person.mrs_before,
        "DTHFL": "N" if conduct.death is None else "Y",
        "DTHDTC": "" if conduct.death is None else format_day(conduct.death),
    }
    return [make_row("dm", person.subjid, values, clerk.sign(person.slot.consent * DAY))]


def build_ie(person: Person, conduct: Conduct, clerk: Clerk) -> list[Row]:
    """Write every criterion of one participant; a screening failure fails one."""
    failed = FAILED.get(person.slot.failure or "")
    audit = clerk.sign(conduct.criteria * DAY)
    rows = []
    for code in INCLUSION + EXCLUSION:
        wanted = code in INCLUSION
        values = {
            "IETESTCD": code,
            "IECAT": "INCLUSION" if wanted else "EXCLUSION",
            "IEORRES": "Y" if wanted != (code == failed) else "N",
            "IEDTC": format_day(conduct.criteria),
        }
        rows.append(make_row("ie", person.subjid, values, audit))
    return rows


def build_sv(person: Person, conduct: Conduct, clerk: Clerk) -> list[Row]:
    """Write the visits in order of their days."""
    rows = []
    for visit in sorted(conduct.visits, key=lambda one: one.day):
        values = {
            "VISIT": visit.name,
            "SVSEQ": 1,
            "SVSTDTC": format_day(visit.day),
            "SVSTAT": "DONE" if visit.done else "NOT DONE",
            "SVREASND": visit.reason,
            "SVTYPE": visit.kind if visit.done else "",
        }
        rows.append(make_row("sv", person.subjid, values, clerk.sign(visit.day * DAY)))
    return rows


def build_ds(person: Person, conduct: Conduct, clerk: Clerk) -> list[Row]:
    """Write milestones and how treatment and study ended."""
    steps: list[tuple[int, dict[str, object]]] = [
        (person.slot.consent, {"DSCAT": "MILESTONE", "DSDECOD": "CONSENTED"})
    ]
    if conduct.randomised is not None:
        day = conduct.randomised // DAY
        steps.append((day, {"DSCAT": "MILESTONE", "DSDECOD": "RANDOMIZED"}))
    treatment = _end_of_treatment(conduct)
    if treatment is not None:
        steps.append(treatment)
    steps.append((conduct.end, {"DSCAT": "DISPOSITION", "DSSCAT": "STUDY"} | _end(person, conduct)))
    rows = []
    for number, (day, step) in enumerate(sorted(steps, key=lambda one: one[0]), start=1):
        values = {"DSSEQ": number, "DSSTDTC": format_day(day)} | step
        rows.append(make_row("ds", person.subjid, values, clerk.sign(day * DAY)))
    return rows


def _end(person: Person, conduct: Conduct) -> dict[str, object]:
    step: dict[str, object] = {"DSDECOD": conduct.end_reason}
    if "WITHDRAW_DATA_USE" in conduct.roles:
        step["DSWCSCOPE"] = "DATA_USE"
    if "WITHDRAW_FOLLOW_UP" in conduct.roles:
        step["DSWCSCOPE"] = "FOLLOW_UP"
    if person.slot.failure == "CONSENT":
        step["DSTERM"] = "withdrew consent before randomisation"
    return step


def _end_of_treatment(conduct: Conduct) -> tuple[int, dict[str, object]] | None:
    values: dict[str, object] = {"DSCAT": "DISPOSITION", "DSSCAT": "TREATMENT"}
    if not conduct.doses:
        return None
    day = min(conduct.doses[-1].day, conduct.end)
    if conduct.doses[-1].start is not None:
        return day, values | {"DSDECOD": "COMPLETED"}
    if "DOSE2_AE" in conduct.roles:
        return day, values | {"DSDECOD": "ADVERSE_EVENT"}
    if "DOSE2_REFUSED" in conduct.roles:
        more = {"DSDECOD": "WITHDRAWAL_BY_SUBJECT", "DSWCSCOPE": "TREATMENT_ONLY"}
        return day, values | more
    if "NEVER_DOSED" in conduct.roles:
        return min(conduct.doses[0].day, conduct.end), values | {"DSDECOD": "PHYSICIAN_DECISION"}
    return day, values | {"DSDECOD": conduct.end_reason}


def build_dv(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    doses: Sequence[Administration],
    clerk: Clerk,
) -> list[Row]:
    """Write the deviations that the site saw: windows, missed visits, doses."""
    found = [*_visit_deviations(conduct), *_dose_deviations(conduct, doses)]
    small = rng.random()
    if conduct.randomised is not None and small < 0.08:
        day = conduct.baseline
        found.append((day, "OTHER", "copy of the consent form filed late", "NOT_IMPORTANT", "N"))
    rows = []
    for number, (day, kind, words, weight, excludes) in enumerate(sorted(found), start=1):
        values = {
            "DVSEQ": number,
            "DVCAT": kind,
            "DVTERM": words,
            "DVCLAS": weight,
            "DVPP": excludes,
            "DVSTDTC": format_day(day),
            "DVIDBY": choose(rng, ("SITE", "MONITOR")),
        }
        rows.append(make_row("dv", person.subjid, values, clerk.sign(day * DAY)))
    return rows


_Deviation = tuple[int, str, str, str, str]


def _visit_deviations(conduct: Conduct) -> list[_Deviation]:
    found: list[_Deviation] = []
    for visit in conduct.visits:
        if visit.name not in PROTOCOL:
            continue
        if not visit.done:
            words = f"visit {visit.name} not done: {visit.reason}"
            found.append((visit.day, "ASSESSMENT_MISSED", words, "NOT_IMPORTANT", "N"))
        elif not is_in_window(visit, conduct.anchor):
            words = f"visit {visit.name} outside its window"
            found.append((visit.day, "VISIT_WINDOW", words, "NOT_IMPORTANT", "N"))
    return found


def _dose_deviations(conduct: Conduct, doses: Sequence[Administration]) -> list[_Deviation]:
    found: list[_Deviation] = []
    days = [dose.start // DAY for dose in doses]
    for dose, day in zip(doses, days, strict=True):
        if dose.adjusted == "STOPPED_EARLY":
            words = f"dose {dose.number} stopped early: {dose.why}"
            found.append((day, "DOSE", words, "IMPORTANT", "Y"))
        if dose.number == 1 and "WRONG_ROUTE" in conduct.roles:
            words = "lumbar puncture failed, dose 1 given by vein"
            found.append((day, "DOSE", words, "IMPORTANT", "Y"))
    if "NEVER_DOSED" in conduct.roles:
        words = "no dose given: fever before the dose"
        found.append((conduct.doses[0].day, "DOSE", words, "IMPORTANT", "Y"))
    if len(days) == 2 and not 76 <= days[1] - days[0] <= 106:
        words = f"interval between doses {days[1] - days[0]} days"
        found.append((days[1], "DOSE_INTERVAL", words, "IMPORTANT", "Y"))
    return found


def build_qry(
    rng: np.random.Generator, person: Person, conduct: Conduct, clerk: Clerk
) -> list[Row]:
    """Write the data queries; about one in seven is still open."""
    rows = []
    span = max(conduct.last_contact - person.slot.consent, 1)
    for number in range(1, int(rng.poisson(QUERIES_PER_PERSON)) + 1):
        domain = choose(rng, tuple(QUERY_TEXTS))
        opened = person.slot.consent + 3 + int(rng.random() * span)
        opened = min(opened, conduct.last_contact)
        closed = opened + 1 + int(25 * rng.standard_exponential())
        fate = rng.random()
        done = fate >= SHARE_OPEN and closed <= conduct.last_day + ENTRY_DAYS
        values = {
            "QRYID": f"Q{person.subjid}-{number:02d}",
            "DOMAIN": domain,
            "QRYOPDTC": format_day(opened),
            "QRYCLDTC": format_day(closed) if done else "",
            "QRYSTAT": "CLOSED" if done else "OPEN" if fate < 0.6 * SHARE_OPEN else "ANSWERED",
            "QRYTXT": QUERY_TEXTS[domain],
        }
        rows.append(make_row("qry", person.subjid, values, clerk.sign(opened * DAY, urgent=True)))
    return rows
