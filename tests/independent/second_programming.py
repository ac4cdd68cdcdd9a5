"""T-S-10, T-S-11 and T-S-14 a second time, from the raw CSV files and the standard library alone.

Written from the written derivation rules only; it shares no code with the package and must stay
so. `recompute(export, aesi, cutoff)` gives {(display, population, arm, parameter, visit, category):
{statistic: value}} for counts; what it does not know is not in it.
"""

import csv
import json
import math
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

ARMS = {"IV": "INTRAVENOUS", "IT": "INTRATHECAL", "CTL": None}
WINDOWS = {"W24": 24, "W72": 72, "W7D": 168, "W30": 720}
AUDIT = ("ENTRYDTC", "UPDDTC", "RECSTAT", "SDV")
NULLS = {"NA", ".", "-", "9999", "UNK"}
RELATED = {"POSSIBLE", "PROBABLE", "DEFINITE"}
CAUSALITY = {"NOT_RELATED", "UNLIKELY"} | RELATED
CHANGED = {"DOSE_INTERRUPTED", "DOSE_NOT_COMPLETED", "NEXT_DOSE_DELAYED", "NEXT_DOSE_CANCELLED"}
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
KEYS = {
    "dm": ("SUBJID",),
    "rand": ("SUBJID",),
    "ex": ("SUBJID", "EXSEQ"),
    "ae": ("SUBJID", "AESEQ"),
    "ds": ("SUBJID", "DSSEQ"),
}


# --- raw rows ---------------------------------------------------------------------------------
def read_rows(export: Path, table: str) -> list[dict[str, str]]:
    """Active rows entered by the extract, one per key (the latest change wins)."""
    folder = export / ("restricted" if table in ("rand", "ex") else "open")
    extract = json.loads((export / "export.json").read_text())["extract"][:16]
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {k: "" if v in NULLS else v for k, v in row.items()} for row in csv.DictReader(file)
        ]
    rows = [row for row in rows if row["RECSTAT"] != "DELETED" and row["ENTRYDTC"][:16] <= extract]
    rows.sort(key=lambda row: row["UPDDTC"])
    return list({tuple(row[k] for k in KEYS[table]): row for row in rows}.values())


def earliest(text: str) -> date | None:
    """First day that a partial date can mean."""
    if len(text) not in (4, 7, 10, 16):
        return None
    return date.fromisoformat((text + "0000-01-01"[len(text) :])[:10])


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if len(text) == 16 else None
    except ValueError:
        return None


# --- persons ----------------------------------------------------------------------------------
class Person:
    """One consented person as known at the cut-off."""

    def __init__(self, dm: dict[str, str]) -> None:
        self.id = dm["SUBJID"]
        self.consent = earliest(dm["RFICDTC"])
        died = dm["DTHFL"] == "Y"
        self.death = earliest(dm["DTHDTC"]) if died else None
        self.randomised: datetime | None = None
        self.planned = ""
        self.doses: list[tuple[datetime, int, str]] = []  # start, number, route
        self.left: date | None = None
        self.left_for_event = False
        self.stays = False

    @property
    def treated(self) -> str:
        """Arm as treated: route of the first dose; a control without cells stays control."""
        if self.randomised is None:
            return ""
        if self.doses:
            return next(arm for arm, route in ARMS.items() if route == self.doses[0][2])
        return self.planned if self.planned == "CTL" else ""

    def begins(self) -> list[datetime]:
        """Starts of the doses; the randomisation plays dose 1 for who has none."""
        starts = [start for start, _, _ in self.doses]
        return starts or ([self.randomised] if self.randomised else [])


def read_persons(export: Path, cutoff: date) -> dict[str, Person]:
    found = [Person(row) for row in read_rows(export, "dm")]
    persons = {p.id: p for p in found if p.consent and p.consent <= cutoff}
    for row in read_rows(export, "rand"):
        start = moment(row["RANDDTC"])
        if row["SUBJID"] in persons and start and start.date() <= cutoff:
            persons[row["SUBJID"]].randomised = start
            persons[row["SUBJID"]].planned = row["ARMCD"]
    for row in read_rows(export, "ex"):
        start = moment(row["EXSTDTC"])
        person = persons.get(row["SUBJID"])
        nothing = row["EXDOSE"] != "" and float(row["EXDOSE"]) == 0
        if person and start and start.date() <= cutoff and row["EXOCCUR"] == "Y" and not nothing:
            person.doses.append((start, int(row["DOSENUM"]), row["EXROUTE"]))
    for row in read_rows(export, "ds"):
        day = earliest(row["DSSTDTC"])
        person = persons.get(row["SUBJID"])
        study = row["DSCAT"] == "DISPOSITION" and row["DSSCAT"] == "STUDY"
        if not person or not study or not day or day > cutoff:
            continue
        if row["DSDECOD"] == "SCREEN_FAILURE" or row.get("DSWCSCOPE") == "TREATMENT_ONLY":
            continue
        person.left = max(day, person.left or day)
        person.left_for_event = row["DSDECOD"] == "ADVERSE_EVENT"
    for person in persons.values():
        person.doses.sort()
        if person.death and person.death > cutoff:
            person.death = None
    return persons


def withdrawn_on(export: Path) -> dict[str, date]:
    """Persons who withdrew the use of their data, with the day."""
    rows = [row for row in read_rows(export, "ds") if row.get("DSWCSCOPE") == "DATA_USE"]
    return {row["SUBJID"]: day for row in rows if (day := earliest(row["DSSTDTC"]))}


# --- adverse events ---------------------------------------------------------------------------
class Event:
    """One adverse event of a person with what the three tables ask of it."""

    def __init__(self, row: dict[str, str], person: Person, cutoff: date) -> None:
        self.person, self.term, self.soc = person, row["AEDECOD"], row["AEBODSYS"]
        self.start, self.date_only = impute_start(row, person)
        died_later = person.death is None
        grade = int(row["AETOXGR"]) if row["AETOXGR"].isdigit() else None
        fatal = row["AEOUT"] == "FATAL" or row["AESDTH"] == "Y" or grade == 5
        if fatal and died_later and self.death_after(row, cutoff):
            fatal, row = False, {**row, "AESDTH": "N"}
            grade = 4 if grade == 5 else grade
        self.fatal, self.grade = fatal, grade
        self.serious = row["AESER"] == "Y" or any(row[name] == "Y" for name in CRITERIA)
        exposed = person.treated != "CTL"
        self.product = is_related(row["AEREL"], exposed)
        self.procedure = is_related(row["AERELPR"], exposed)
        self.changed = row["AEACN"] in CHANGED
        self.asked = row["AEPRESP"] == "Y"
        self.dose = next((d for d in reversed(person.doses) if d[0] <= self.start), None)

    deaths: dict[str, date] = {}

    def death_after(self, row: dict[str, str], cutoff: date) -> bool:
        """Whether the person's recorded death lies after the cut-off."""
        return self.deaths.get(row["SUBJID"], date.min) > cutoff

    @property
    def after_randomisation(self) -> bool:
        begin = self.person.randomised
        return begin is not None and self.start.date() >= begin.date()

    @property
    def emergent(self) -> bool:
        if not self.person.treated:
            return False
        if self.person.doses:
            return self.start >= self.person.doses[0][0]
        return self.after_randomisation

    def within(self, hours: int) -> bool:
        """Begun in the window after its dose; by calendar days where only the date is known."""
        if self.dose is None:
            return False
        if self.date_only:
            return (self.start.date() - self.dose[0].date()).days <= math.ceil(hours / 24)
        return self.start - self.dose[0] <= timedelta(hours=hours)


def is_related(value: str, exposed: bool) -> bool:
    """Missing counts as related, in a control only a finding; what was recorded counts."""
    return value in RELATED or (exposed and value not in CAUSALITY)


def impute_start(row: dict[str, str], person: Person) -> tuple[datetime, bool]:
    """Start of an event, and whether its time of day is not known (rules 1 to 5)."""
    text = row["AESTDTC"]
    if exact := moment(text):
        return exact, False
    if earliest(text) is None:
        text = ""
    begins = sorted(person.begins())
    match = [begin for begin in begins if begin.isoformat().startswith(text)]
    if match:
        start = match[0] + timedelta(minutes=1)
    else:
        start = datetime.combine(earliest(text) or date.min, time())
    if len(text) < 10:
        if person.consent and start.date() < person.consent:
            start = datetime.combine(person.consent, time())
        end = row["AEENDTC"]
        if len(end) >= 10 and (last := date.fromisoformat(end[:10])) < start.date():
            start = datetime.combine(last, time())
    return start, True


def read_events(export: Path, persons: dict[str, Person], cutoff: date) -> list[Event]:
    gone = withdrawn_on(export)
    Event.deaths = {
        row["SUBJID"]: day
        for row in read_rows(export, "dm")
        if row["DTHFL"] == "Y" and (day := earliest(row["DTHDTC"]))
    }
    events = []
    for row in read_rows(export, "ae"):
        day, person = earliest(row["AESTDTC"]), persons.get(row["SUBJID"])
        late = day is not None and (day > cutoff or day > gone.get(row["SUBJID"], date.max))
        if person and not late:
            end = earliest(row["AEENDTC"])
            row = {**row, "AEENDTC": "" if end and end > cutoff else row["AEENDTC"]}
            events.append(Event(row, person, cutoff))
    return events


# --- the three tables -------------------------------------------------------------------------
Table = dict[tuple[str, str, str, str, str, str], dict[str, float]]


def recompute(export: Path, aesi: Path, cutoff: date) -> Table:
    """Counts of T-S-10, T-S-11 and T-S-14 for a cut-off."""
    persons = read_persons(export, cutoff)
    events = read_events(export, persons, cutoff)
    with aesi.open(encoding="utf-8", newline="") as file:
        terms = {row["AEDECOD"]: row for row in csv.DictReader(file)}
    table: Table = {}
    overview(table, persons, events, terms)
    primary(table, persons, events, terms, cutoff)
    classes(table, persons, events)
    return table


def put(
    table: Table, place: tuple[str, ...], arms: dict[str, set[str]], events: list[Event]
) -> None:
    """Persons and events of each arm at (display, population, parameter, visit, category)."""
    display, population, *rest = place
    for arm, members in arms.items():
        own = [event for event in events if event.person.id in members]
        n, total = len({event.person.id for event in own}), len(members)
        row = {"n": n, "N": total, "events": len(own)}
        table[(display, population, arm, *rest)] = row | ({"pct": 100 * n / total} if total else {})


def by_arm(persons: dict[str, Person], treated: bool, arms: tuple[str, ...]) -> dict[str, set[str]]:
    groups = {
        arm: {
            p.id
            for p in persons.values()
            if p.randomised and (p.treated if treated else p.planned) == arm
        }
        for arm in arms
    }
    return {**groups, "Total": set().union(*groups.values())}


def overview(
    table: Table, persons: dict[str, Person], events: list[Event], terms: dict[str, dict[str, str]]
) -> None:
    itt = by_arm(persons, False, tuple(ARMS))
    active = by_arm(persons, False, ("IV", "IT"))
    saf = by_arm(persons, True, tuple(ARMS))
    after = [e for e in events if e.after_randomisation]
    put(table, ("T-S-10", "ITT", "any_after_rand", "", ""), itt, after)
    waiting = [e for e in after if not e.person.doses or e.start < e.person.doses[0][0]]
    put(table, ("T-S-10", "ITT", "between_rand_and_dose", "", ""), active, waiting)
    emergent = [e for e in events if e.emergent]
    rows = {
        "teae": emergent,
        "related_product": [e for e in emergent if e.product],
        "related_procedure": [e for e in emergent if e.procedure],
        "grade_ge3": [e for e in emergent if e.grade and e.grade >= 3],
        "serious": [e for e in emergent if e.serious],
        "serious_related": [e for e in emergent if e.serious and (e.product or e.procedure)],
        "dose_changed": [e for e in emergent if e.changed],
        "aesi": [e for e in emergent if e.term in terms],
        "fatal": [e for e in emergent if e.fatal],
        "discontinued": last_before_leaving(emergent),
    }
    for code, chosen in rows.items():
        put(table, ("T-S-10", "SAF", code, "", ""), saf, chosen)


def last_before_leaving(events: list[Event]) -> list[Event]:
    """One event of each person who left the study for an adverse event."""
    known = {}
    for event in sorted(events, key=lambda e: e.start):
        person = event.person
        if person.left_for_event and person.left and event.start.date() <= person.left:
            known[person.id] = event
    return list(known.values())


def primary(
    table: Table,
    persons: dict[str, Person],
    events: list[Event],
    terms: dict[str, dict[str, str]],
    cutoff: date,
) -> None:
    arms = by_arm(persons, True, ("IV", "IT"))
    emergent = [e for e in events if e.emergent]
    definitions = {
        "list_and_window": [e for e in emergent if is_listed(e, terms)],
        "window_any": emergent,
    }
    for definition, chosen in definitions.items():
        for window, hours in WINDOWS.items():
            inside = [e for e in chosen if e.within(hours)]
            visits = (("DOSE1", 1), ("DOSE2", 2), ("ANY", None))
            for visit, number in visits:
                hits = {e.person.id for e in inside if number in (None, e.dose and e.dose[1])}
                known = hits | {
                    p.id for p in persons.values() if is_complete(p, number, hours, cutoff)
                }
                if definition == "window_any" and number:
                    continue  # shown after any dose only
                for arm, members in arms.items():
                    place = ("T-S-11", "SAF", arm, definition, visit, window)
                    table[place] = {"n": len(members & hits), "N": len(members & known)}
    related = {e.person.id for e in emergent if e.product or e.procedure}
    for arm, members in arms.items():
        place = ("T-S-11", "SAF", arm, "related_any", "ANY", "")
        table[place] = {"n": len(members & related), "N": len(members)}


def is_listed(event: Event, terms: dict[str, dict[str, str]]) -> bool:
    """On the prespecified list for the route of the dose it follows."""
    term = terms.get(event.term)
    if term is None or event.dose is None or term["AALIST"] != "Y":
        return False
    return event.dose[2] in term["ROUTES"].split()


def is_complete(person: Person, number: int | None, hours: int, cutoff: date) -> bool:
    """Whether the windows of the doses in question are over, by time, death or leaving."""
    doses = [dose for dose in person.doses if number in (None, dose[1])]
    if not doses:
        return False
    end_of_data = datetime.combine(cutoff, time()) + timedelta(days=1)
    gone = person.death is not None or person.left is not None
    return gone or all(start + timedelta(hours=hours) <= end_of_data for start, _, _ in doses)


def classes(table: Table, persons: dict[str, Person], events: list[Event]) -> None:
    arms = by_arm(persons, True, tuple(ARMS))
    emergent = [e for e in events if e.emergent]
    put(table, ("T-S-14", "SAF", "ANY", "", ""), arms, emergent)
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in emergent:
        groups[event.soc, ""].append(event)
        groups[event.soc, event.term].append(event)
    for (soc, term), rows in groups.items():
        put(table, ("T-S-14", "SAF", soc, "", term), arms, rows)
