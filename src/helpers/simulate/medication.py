"""Medical history and concomitant treatment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from helpers.simulate.adverse import EventRecord
from helpers.simulate.audit import Clerk
from helpers.simulate.conduct import Conduct
from helpers.simulate.dates import DAY, format_day
from helpers.simulate.doses import Administration
from helpers.simulate.persons import Person
from helpers.simulate.tables import Row, make_row

RISK_WORDS = {
    "HYPERTENSION": ("high blood pressure", "Hypertension", "Blood vessels"),
    "DIABETES": ("type 2 diabetes", "Diabetes", "Metabolism"),
    "AF": ("atrial fibrillation", "Atrial fibrillation", "Heart"),
    "DYSLIPIDAEMIA": ("raised blood lipids", "Dyslipidaemia", "Metabolism"),
    "SMOKING": ("smoker", "Smoking", "Social circumstances"),
}
OTHER_HISTORY = (
    ("gastritis", "Indigestion", "Stomach and bowel"),
    ("cataract", "Cataract", "Eye"),
    ("gout", "Gout", "Metabolism"),
    ("old hip fracture", "Fracture", "Injuries and procedure complications"),
)
SHARE_ANTISPASTIC, SHARE_BOTULINUM, SHARE_NEW_PROGRAMME = 0.22, 0.04, 0.05
# A treatment that began within this many days before a tone rating confounds it.
TONE_DAYS = 90
EVENT_DRUGS = {
    "Fever": ("paracetamol", "ANALGESIC_ANTIPYRETIC", "analgesic", "500", "mg"),
    "Headache": ("paracetamol", "ANALGESIC_ANTIPYRETIC", "analgesic", "500", "mg"),
    "Post-puncture headache": ("paracetamol", "ANALGESIC_ANTIPYRETIC", "analgesic", "1000", "mg"),
    "Back or leg pain": ("ibuprofen", "ANALGESIC_ANTIPYRETIC", "analgesic", "400", "mg"),
    "Back pain": ("ibuprofen", "ANALGESIC_ANTIPYRETIC", "analgesic", "400", "mg"),
    "Shoulder pain": ("ibuprofen", "ANALGESIC_ANTIPYRETIC", "analgesic", "400", "mg"),
    "Constipation": ("lactulose", "OTHER", "laxative", "15", "mL"),
    "Insomnia": ("melatonin", "OTHER", "hypnotic", "3", "mg"),
    "Hypertension": ("amlodipine", "OTHER", "antihypertensive", "5", "mg"),
    "Urinary tract infection": ("cefuroxime", "OTHER", "antibiotic", "500", "mg"),
    "Pneumonia": ("ceftriaxone", "OTHER", "antibiotic", "2000", "mg"),
    "Depression": ("sertraline", "OTHER", "antidepressant", "50", "mg"),
    "Seizure": ("levetiracetam", "OTHER", "antiepileptic", "500", "mg"),
    "Deep vein thrombosis": ("rivaroxaban", "ANTITHROMBOTIC", "anticoagulant", "20", "mg"),
    "Nausea": ("ondansetron", "OTHER", "antiemetic", "4", "mg"),
}


@dataclass(frozen=True)
class _Drug:
    name: str
    kind: str
    group: str
    dose: str
    unit: str
    start: str
    first_day: int
    end: str = ""
    route: str = "ORAL"
    event: str = ""


def build_mh(rng: np.random.Generator, person: Person, clerk: Clerk) -> list[Row]:
    """Write risk factors and a little other history; starts are known to the year."""
    audit = clerk.sign(person.slot.consent * DAY)
    entries = [("STROKE_RISK", *RISK_WORDS[risk]) for risk in RISK_WORDS if risk in person.risks]
    entries += [("OTHER", *other) for other in OTHER_HISTORY if rng.random() < 0.10]
    rows = []
    for number, (kind, words, term, system) in enumerate(entries, start=1):
        year = int(format_day(person.onset)[:4]) - int(rng.integers(1, 15))
        values = {
            "MHSEQ": number,
            "MHCAT": kind,
            "MHTERM": words,
            "MHDECOD": term,
            "MHBODSYS": system,
            "MHSTDTC": f"{year}",
            "MHONGO": "Y",
        }
        rows.append(make_row("mh", person.subjid, values, audit))
    return rows


def build_cm(
    rng: np.random.Generator,
    person: Person,
    conduct: Conduct,
    doses: Sequence[Administration],
    records: Sequence[EventRecord],
    clerk: Clerk,
) -> list[Row]:
    """Write long-term drugs, rehabilitation, premedication and treatment of events."""
    drugs = [
        *_long_term(rng, person, conduct),
        *_rehabilitation(rng, person, conduct),
        *_premedication(doses),
        *_for_events(records, conduct),
    ]
    rows = []
    for number, drug in enumerate(drugs, start=1):
        values = {
            "CMSEQ": number,
            "CMTRT": drug.name,
            "CMDECOD": drug.name,
            "CMCLAS": drug.group,
            "CMDOSE": drug.dose,
            "CMDOSU": drug.unit,
            "CMROUTE": drug.route,
            "CMSTDTC": drug.start,
            "CMENDTC": drug.end,
            "CMONGO": "N" if drug.end else "Y",
            "CMCAT": drug.kind,
            "AESEQ": drug.event,
        }
        rows.append(make_row("cm", person.subjid, values, clerk.sign(drug.first_day * DAY)))
    return rows


def _long_term(rng: np.random.Generator, person: Person, conduct: Conduct) -> Iterator[_Drug]:
    chances = rng.random(6).tolist()
    begun = format_day(person.onset)[:7]
    known = person.slot.consent

    def drug(name: str, kind: str, group: str, dose: str) -> _Drug:
        return _Drug(name, kind, group, dose, "mg", begun, known)

    if "AF" in person.risks:
        yield drug("rivaroxaban", "ANTITHROMBOTIC", "anticoagulant", "20")
    elif chances[0] < 0.93:
        name, dose = ("aspirin", "100") if chances[1] < 0.6 else ("clopidogrel", "75")
        yield drug(name, "ANTITHROMBOTIC", "platelet inhibitor", dose)
    if "HYPERTENSION" in person.risks:
        yield drug("amlodipine", "OTHER", "antihypertensive", "5")
    if "DIABETES" in person.risks:
        yield drug("metformin", "OTHER", "antidiabetic", "1000")
    if "DYSLIPIDAEMIA" in person.risks:
        yield drug("atorvastatin", "OTHER", "statin", "20")
    settled = conduct.baseline - person.onset > TONE_DAYS + 62
    if settled and chances[2] < SHARE_ANTISPASTIC:
        yield drug("baclofen", "ANTISPASTIC", "muscle relaxant", "20")
    if conduct.randomised is not None and chances[3] < SHARE_BOTULINUM:
        span = max(conduct.last_contact - conduct.anchor, 1)
        day = conduct.anchor + int(chances[4] * span)
        yield _Drug(
            "botulinum toxin",
            "ANTISPASTIC",
            "botulinum toxin",
            "200",
            "U",
            format_day(day),
            day,
            end=format_day(day),
            route="INTRAMUSCULAR",
        )


def _rehabilitation(rng: np.random.Generator, person: Person, conduct: Conduct) -> Iterator[_Drug]:
    hours, more, when = int(rng.integers(2, 7)), rng.random(), rng.random()
    day = person.slot.consent
    yield _Drug(
        "physiotherapy",
        "REHABILITATION",
        "rehabilitation",
        str(hours),
        "h/week",
        format_day(max(person.onset + 14, day - 300))[:7],
        day,
        route="",
    )
    if conduct.randomised is not None and more < SHARE_NEW_PROGRAMME:
        new = conduct.anchor + int(when * max(conduct.last_contact - conduct.anchor, 1))
        yield _Drug(
            "intensive arm training",
            "REHABILITATION",
            "rehabilitation",
            str(hours + 4),
            "h/week",
            format_day(new),
            new,
            route="",
        )


def _premedication(doses: Sequence[Administration]) -> Iterator[_Drug]:
    for dose in doses:
        day = dose.start // DAY
        if not dose.premedicated:
            continue
        for name, amount in (("paracetamol", "500"), ("chlorphenamine", "4")):
            yield _Drug(
                name,
                "PREMEDICATION",
                "premedication",
                amount,
                "mg",
                format_day(day),
                day,
                end=format_day(day),
            )


def _for_events(records: Sequence[EventRecord], conduct: Conduct) -> Iterator[_Drug]:
    for record in records:
        event = record.event
        if not record.treated or event.term not in EVENT_DRUGS or event.precision != "day":
            continue
        name, kind, group, dose, unit = EVENT_DRUGS[event.term]
        first = event.start // DAY
        last = None if event.end is None else min(event.end // DAY, conduct.last_contact)
        yield _Drug(
            name,
            kind,
            group,
            dose,
            unit,
            format_day(first),
            first,
            end="" if last is None else format_day(max(last, first)),
            event=str(record.number),
        )
