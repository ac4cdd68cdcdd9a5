"""The adverse event table and the hospital stays that belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.simulate.audit import Clerk
from helpers.simulate.catalogue import SYSTEMS, WORDINGS
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_day, format_minute
from helpers.simulate.doses import Administration
from helpers.simulate.event import Event
from helpers.simulate.narratives import write_narrative
from helpers.simulate.persons import Person, choose
from helpers.simulate.tables import Audit, Row, make_row

SHARE_TREATED, SHARE_WORDING, SHARE_TWICE = 0.65, 0.30, 0.06
EXPECTED = ("Fever", "Post-puncture headache", "Chemical meningitis", "Hypersensitivity")
LASTING = ("Recurrent stroke", "Fracture")


@dataclass(frozen=True)
class EventRecord:
    """An event with what only the record adds: number, words, treatment."""

    number: int
    event: Event
    words: str
    treated: bool


def record_events(rng: np.random.Generator, events: Sequence[Event]) -> list[EventRecord]:
    """Number the events and put them into the site's words."""
    records = []
    for number, event in enumerate(events, start=1):
        odd, treated = rng.random(), rng.random()
        options = WORDINGS.get(event.term, (event.term.lower(),))
        words = choose(rng, options) if odd < SHARE_WORDING else options[0]
        records.append(EventRecord(number, event, words, bool(treated < SHARE_TREATED)))
    return records


def build_ae(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    doses: Sequence[Administration],
    records: Sequence[EventRecord],
    clerk: Clerk,
) -> list[Row]:
    """Write the adverse events; now and then one entered twice and deleted again."""
    rows = []
    for record in records:
        values = _values(rng, person, doses, record)
        rows.append(make_row("ae", person.subjid, values, _sign(clerk, record.event)))
    if records and rng.random() < SHARE_TWICE:
        record = records[int(rng.integers(len(records)))]
        values = _values(rng, person, doses, record) | {"AESEQ": len(records) + 1}
        entered, updated, _, verified = _sign(clerk, record.event)
        audit: Audit = (entered, updated, "DELETED", verified)
        rows.append(make_row("ae", person.subjid, values, audit))
    return rows


def build_ho(
    person: Person,
    doses: Sequence[Administration],
    records: Sequence[EventRecord],
    last_day: int,
    clerk: Clerk,
) -> list[Row]:
    """Write planned stays for doses and unplanned ones for serious events."""
    stays: list[tuple[int, int, str, str, str]] = []
    for dose in doses:
        day = dose.start // DAY
        stays.append((day, min(day + 1, last_day), "planned stay for study procedure", "", "Y"))
    for record in records:
        if record.event.stay is not None:
            first, last = record.event.stay
            stays.append((first, last, record.words, str(record.number), "N"))
    rows = []
    for number, (first, last, why, link, planned) in enumerate(sorted(stays), start=1):
        values = {
            "HOSEQ": number,
            "HOSTDTC": format_day(first),
            "HOENDTC": format_day(last),
            "HOREAS": why,
            "AESEQ": link,
            "HOPLAN": planned,
        }
        rows.append(make_row("ho", person.subjid, values, clerk.sign(last * DAY)))
    return rows


def _values(
    rng: np.random.Generator,
    person: Person,
    doses: Sequence[Administration],
    record: EventRecord,
) -> dict[str, object]:
    event = record.event
    values: dict[str, object] = {
        "AESEQ": record.number,
        "AETERM": record.words,
        "AEDECOD": event.term,
        "AEBODSYS": SYSTEMS[event.term],
        "AESTDTC": _format_start(event),
        "AEENDTC": _format_end(event),
        "AEONGO": "Y" if event.end is None else "N",
        "AETOXGR": event.grade,
        "AESER": "Y" if event.serious else "N",
        "AEREL": event.product,
        "AERELPR": event.procedure,
        "AEACN": event.action or ("NONE" if doses else "NOT_APPLICABLE"),
        "AEOUT": _outcome(rng, event),
        "AEPRESP": "Y" if event.asked else "N",
        "AECONTRT": "Y" if record.treated else "N",
    }
    return values | _serious_values(rng, person, doses, event)


def _serious_values(
    rng: np.random.Generator, person: Person, doses: Sequence[Administration], event: Event
) -> dict[str, object]:
    aware, told = rng.integers(0, 2, size=2).tolist()
    if not event.serious:
        return {}
    first = event.start // DAY
    last = event.end // DAY if event.fatal and event.end is not None else first + aware
    aware = min(first + aware, last)
    important = event.stay is None and not event.life_threat and not event.fatal
    return {
        "AESDTH": _flag(event.fatal),
        "AESLIFE": _flag(event.life_threat),
        "AESHOSP": _flag(event.stay is not None),
        "AESDISAB": "N",
        "AESCONG": "N",
        "AESMIE": _flag(important),
        "AEEXPECT": _flag(event.term in EXPECTED),
        "AESITDTC": format_day(aware),
        "AESPODTC": format_day(min(aware + told, last) if event.fatal else aware + told),
        "AENARR": write_narrative(person, doses, event),
    }


def _outcome(rng: np.random.Generator, event: Event) -> str:
    point = rng.random()
    if event.fatal:
        return "FATAL"
    if event.end is None:
        return "NOT_RECOVERED" if point < 0.5 else "RECOVERING"
    if event.term in LASTING and point < 0.5:
        return "RECOVERED_SEQUELAE"
    return "UNKNOWN" if point > 0.985 else "RECOVERED"


def _format_start(event: Event) -> str:
    if event.timed:
        return format_minute(event.start)
    text = format_day(event.start // DAY)
    return text[: {"day": 10, "month": 7, "year": 4}[event.precision]]


def _format_end(event: Event) -> str:
    if event.end is None:
        return ""
    return format_minute(event.end) if event.timed else format_day(event.end // DAY)


def _sign(clerk: Clerk, event: Event) -> Audit:
    return clerk.sign(event.start, urgent=event.serious)


def _flag(value: bool) -> str:
    return "Y" if value else "N"
