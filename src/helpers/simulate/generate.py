"""One consented participant -> all raw rows about that participant."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpers.simulate.adverse import EventRecord, build_ae, build_ho, record_events
from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct, draw_conduct
from helpers.simulate.dose_adjustments import adjust_administrations
from helpers.simulate.doses import (
    Administration,
    build_ex,
    draw_administrations,
)
from helpers.simulate.enrolment import Slot
from helpers.simulate.events import draw_events
from helpers.simulate.forms import build_qs
from helpers.simulate.laboratory import build_lb
from helpers.simulate.medication import build_cm, build_mh
from helpers.simulate.paperwork import (
    build_dm,
    build_ds,
    build_dv,
    build_ie,
    build_qry,
    build_rand,
    build_sv,
)
from helpers.simulate.persons import Person, draw_person
from helpers.simulate.scenarios import Scenario
from helpers.simulate.streams import person_stream
from helpers.simulate.tables import Row
from helpers.simulate.vitals import build_vs

Tables = Mapping[str, list[Row]]


@dataclass(frozen=True)
class Course:
    """Everything that is true about one participant, before it is written down."""

    person: Person
    conduct: Conduct
    doses: tuple[Administration, ...]
    records: tuple[EventRecord, ...]


def draw_course(seed: int, slot: Slot, scenario: Scenario) -> Course:
    """Draw participant, course, doses and events of one consented participant."""
    person = draw_person(seed, slot)
    conduct = draw_conduct(seed, person, scenario.related_death)
    planned = draw_administrations(seed, person, conduct)
    events = draw_events(seed, person, conduct, scenario, planned)
    doses = adjust_administrations(planned, events)
    records = record_events(person_stream(seed, slot.number, "words"), events)
    return Course(person, conduct, doses, tuple(records))


def build_tables(seed: int, course: Course, scenario: Scenario) -> Tables:
    """Write one participant's rows of every table; `vs_dose` holds the vital signs around doses."""
    person, conduct, doses, records = course.person, course.conduct, course.doses, course.records
    events = [record.event for record in records]
    last = conduct.last_day
    streams = {
        name: person_stream(seed, person.slot.number, name)
        for name in (*_WITH_STREAM, "rand", "dm", "ie", "sv", "ds", "ho", "ex")
    }
    clerks = {name: Clerk(stream, last) for name, stream in streams.items()}
    open_vs, dose_vs = build_vs(streams["vs"], person, conduct, doses, events, clerks["vs"])
    return {
        "rand": build_rand(person, conduct, clerks["rand"]),
        "dm": build_dm(person, conduct, clerks["dm"]),
        "ie": build_ie(person, conduct, clerks["ie"]),
        "sv": build_sv(person, conduct, clerks["sv"]),
        "ds": build_ds(person, conduct, clerks["ds"]),
        "ex": build_ex(person, conduct, doses, clerks["ex"]),
        "ae": build_ae(streams["ae"], person, conduct, doses, records, clerks["ae"]),
        "vs": open_vs,
        "vs_dose": dose_vs,
        "lb": build_lb(streams["lb"], person, conduct, doses, events, clerks["lb"]),
        "qs": build_qs(streams["qs"], person, conduct, scenario, clerks["qs"]),
        "dv": build_dv(streams["dv"], person, conduct, doses, clerks["dv"]),
        "mh": build_mh(streams["mh"], person, clerks["mh"]),
        "cm": build_cm(streams["cm"], person, conduct, doses, records, clerks["cm"]),
        "ho": build_ho(person, doses, records, conduct.last_contact, clerks["ho"]),
        "qry": build_qry(streams["qry"], person, conduct, clerks["qry"]),
    }


_WITH_STREAM = ("ae", "vs", "lb", "qs", "dv", "mh", "cm", "qry")
