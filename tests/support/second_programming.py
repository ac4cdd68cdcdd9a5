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
    "sv": ("SUBJID", "VISIT", "SVSEQ"),
    "qs": ("SUBJID", "VISIT", "QSCAT", "QSTESTCD", "QSDTC"),
    "lb": ("SUBJID", "VISIT", "LBSPEC", "LBTESTCD", "LBDTC"),
    "vs": ("SUBJID", "VISIT", "DOSENUM", "VSTPT", "VSTESTCD", "VSDTC"),
    "cm": ("SUBJID", "CMSEQ"),
    "ho": ("SUBJID", "HOSEQ"),
}


# --- raw rows ---------------------------------------------------------------------------------
def read_rows(export: Path, table: str) -> list[dict[str, str]]:
    """Active rows entered by the extract, one per key (the latest change wins)."""
    extract = json.loads((export / "export.json").read_text())["extract"][:16]
    rows = []
    for path in sorted(export.glob(f"*/{table}.csv")):  # vital signs lie in both folders
        with path.open(encoding="utf-8", newline="") as file:
            rows += [
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


def latest(text: str) -> date | None:
    """Last day that a partial date can mean."""
    first = earliest(text)
    if first is None or len(text) > 7:
        return first
    month_after = (first + timedelta(days=31)).replace(day=1)
    after = date(first.year + 1, 1, 1) if len(text) == 4 else month_after
    return after - timedelta(days=1)


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
        self.given: list[tuple[datetime, str]] = []  # start, route
        self.doses: list[tuple[datetime, int, str]] = []  # start, place in time, route
        self.left: date | None = None
        self.reason = ""  # of leaving, COMPLETED at the planned end
        self.cancelled: date | None = None  # when dose 1 was: by disposition, else as recorded

    @property
    def treated(self) -> str:
        """Arm as treated: route of the first dose; a control without cells stays control."""
        if self.randomised is None:
            return ""
        if self.doses:
            return next(arm for arm, route in ARMS.items() if route == self.doses[0][2])
        return self.planned if self.planned == "CTL" else ""

    @property
    def never_dosed(self) -> bool:
        """Meant for cells that will not come: cancelled, or dead or gone before them."""
        gone = self.death is not None or self.left is not None
        return self.planned in ("IV", "IT") and not self.doses and bool(self.cancelled or gone)

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
        if row["SUBJID"] in persons:
            note_dose(persons[row["SUBJID"]], row, cutoff)
    for row in read_rows(export, "ds"):
        day = earliest(row["DSSTDTC"])
        if row["SUBJID"] in persons and day and day <= cutoff:
            note_end(persons[row["SUBJID"]], row, day)
    for person in persons.values():
        person.doses = [
            (start, place, route) for place, (start, route) in enumerate(sorted(person.given), 1)
        ]
        if person.death and person.death > cutoff:
            person.death = None
    return persons


def note_dose(person: Person, row: dict[str, str], cutoff: date) -> None:
    """Cells that were given, or the day on which it was recorded that the first were not."""
    start = moment(row["EXSTDTC"])
    nothing = row["EXDOSE"] != "" and float(row["EXDOSE"]) == 0
    if start and start.date() <= cutoff and row["EXOCCUR"] == "Y" and not nothing:
        person.given.append((start, row["EXROUTE"]))
    said = earliest(row["EXSTDTC"] or row["ENTRYDTC"][:10])
    if row["EXOCCUR"] == "N" and row["DOSENUM"] == "1" and said and said <= cutoff:
        person.cancelled = person.cancelled or said


def note_end(person: Person, row: dict[str, str], day: date) -> None:
    """End of treatment (its day is that of the cancellation of what was not given) or of study."""
    if row["DSCAT"] != "DISPOSITION" or row["DSDECOD"] == "SCREEN_FAILURE":
        return
    if row["DSSCAT"] == "TREATMENT" and row["DSDECOD"] != "COMPLETED":
        person.cancelled = day
    if row["DSSCAT"] != "STUDY" or row.get("DSWCSCOPE") == "TREATMENT_ONLY":
        return
    if person.left is None or day >= person.left:
        person.left, person.reason = day, row["DSDECOD"]


def withdrawn_on(export: Path) -> dict[str, date]:
    """Persons who withdrew the use of their data, with the day."""
    rows = [row for row in read_rows(export, "ds") if row.get("DSWCSCOPE") == "DATA_USE"]
    return {row["SUBJID"]: day for row in rows if (day := earliest(row["DSSTDTC"]))}


# --- adverse events ---------------------------------------------------------------------------
class Event:
    """One adverse event of a person with what the three tables ask of it."""

    def __init__(self, row: dict[str, str], person: Person, cutoff: date) -> None:
        self.person, self.term, self.soc = person, row["AEDECOD"], row["AEBODSYS"]
        self.start, self.date_only = impute_start(row, person.begins(), person.consent)
        self.after_randomisation = may_follow_randomisation(row, person)
        grade = int(row["AETOXGR"]) if row["AETOXGR"].isdigit() else None
        fatal = row["AEOUT"] == "FATAL" or row["AESDTH"] == "Y" or self.ended_in_death(row, grade)
        if fatal and self.deaths.get(person.id, date.min) > cutoff:
            fatal, row = False, {**row, "AESDTH": "N"}
            grade = 4 if grade == 5 else grade
        self.fatal, self.grade = fatal, grade
        criteria = any(row[name] == "Y" for name in CRITERIA)
        self.serious = row["AESER"] == "Y" or criteria or fatal
        exposed = person.treated != "CTL"
        self.product = is_related(row["AEREL"], exposed)
        self.procedure = is_related(row["AERELPR"], exposed)
        self.opinions = (row["AEREL"], row["AERELPR"])
        self.changed, self.action = row["AEACN"] in CHANGED, row["AEACN"]
        self.criteria = {name for name in CRITERIA if row[name] == "Y"}
        self.asked = row["AEPRESP"] == "Y"
        self.dose = next((d for d in reversed(person.doses) if d[0] <= self.start), None)

    deaths: dict[str, date] = {}  # first possible day of every recorded death
    dead: set[str] = set()  # and who is said to be dead, with a day or without

    def ended_in_death(self, row: dict[str, str], grade: int | None) -> bool:
        """Grade 5 in somebody who died, of an event that had not ended before."""
        if grade != 5 or self.person.id not in self.dead:
            return False
        end, died = latest(row["RECORDED_END"]), self.deaths.get(self.person.id)
        return end is None or died is None or end >= died

    @property
    def emergent(self) -> bool:
        if not self.person.treated:
            return False
        if self.person.doses:
            return self.start >= self.person.doses[0][0]
        return self.start.date() >= self.person.begins()[0].date()

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


def may_follow_randomisation(row: dict[str, str], person: Person) -> bool:
    """Begun after randomisation, or possibly so, whatever doses there were."""
    if person.randomised is None:
        return False
    start, _ = impute_start(row, [person.randomised], person.consent)
    return start.date() >= person.randomised.date()


def impute_start(
    row: dict[str, str], begins: list[datetime], consent: date | None
) -> tuple[datetime, bool]:
    """Start of an event, and whether its time of day is not known (rules 1 to 5)."""
    text = row["AESTDTC"]
    if exact := moment(text):
        return exact, False
    if earliest(text) is None:
        text = ""
    match = [begin for begin in sorted(begins) if begin.isoformat().startswith(text)]
    if match:
        start = match[0] + timedelta(minutes=1)
    else:
        start = datetime.combine(earliest(text) or date.min, time())
    if len(text) < 10:
        if consent and start.date() < consent:
            start = datetime.combine(consent, time())
        end = row["AEENDTC"]
        if len(end) >= 10 and (last := date.fromisoformat(end[:10])) < start.date():
            start = datetime.combine(last, time())
    return start, True


def read_events(export: Path, persons: dict[str, Person], cutoff: date) -> list[Event]:
    gone = withdrawn_on(export)
    died = [row for row in read_rows(export, "dm") if row["DTHFL"] == "Y"]
    Event.dead = {row["SUBJID"] for row in died}
    Event.deaths = {row["SUBJID"]: day for row in died if (day := earliest(row["DTHDTC"]))}
    events = []
    for row in read_rows(export, "ae"):
        day, person = earliest(row["AESTDTC"]), persons.get(row["SUBJID"])
        late = day is not None and (day > cutoff or day > gone.get(row["SUBJID"], date.max))
        if person and not late:
            end = earliest(row["AEENDTC"])
            known = "" if end and end > cutoff else row["AEENDTC"]
            row = {**row, "RECORDED_END": row["AEENDTC"], "AEENDTC": known}
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
    never = {p.id for p in persons.values() if p.never_dosed}
    waited = {arm: members - never for arm, members in active.items()}
    waiting = [e for e in after if not e.person.doses or e.start < e.person.doses[0][0]]
    put(table, ("T-S-10", "ITT", "between_rand_and_dose", "", ""), waited, waiting)
    undosed = {arm: members & never for arm, members in active.items()}
    in_time = [e for e in after if e.start.date() <= (e.person.cancelled or date.max)]
    put(table, ("T-S-10", "ITT", "never_dosed", "", ""), undosed, in_time)
    emergent = [e for e in events if e.emergent]
    rows = {
        "teae": emergent,
        "grade_ge3": [e for e in emergent if e.grade and e.grade >= 3],
        "serious": [e for e in emergent if e.serious],
        "serious_related": [e for e in emergent if e.serious and (e.product or e.procedure)],
        "aesi": [e for e in emergent if e.term in terms],
        "fatal": [e for e in emergent if e.fatal],
        "discontinued": last_before_leaving(emergent),
    }
    for code, chosen in rows.items():
        put(table, ("T-S-10", "SAF", code, "", ""), saf, chosen)
    # without a dose there is none to change: the control has no row and is in no total
    dosed = by_arm(persons, True, ("IV", "IT"))
    changed = [e for e in emergent if e.changed]
    put(
        table,
        ("T-S-10", "SAF", "related_product", "", ""),
        dosed,
        [e for e in emergent if e.product],
    )
    put(
        table,
        ("T-S-10", "SAF", "related_procedure", "", ""),
        dosed,
        [e for e in emergent if e.procedure],
    )
    put(table, ("T-S-10", "SAF", "dose_changed", "", ""), dosed, changed)
    for action in CHANGED:
        own = [e for e in emergent if e.action == action]
        put(table, ("T-S-10", "SAF", "dose_changed", "", action), dosed, own)
    for name in CRITERIA:
        own = [e for e in rows["serious"] if name in e.criteria]
        put(table, ("T-S-10", "SAF", "serious", "", name), saf, own)


def last_before_leaving(events: list[Event]) -> list[Event]:
    """One event of each person who left the study for an adverse event."""
    known = {}
    for event in sorted(events, key=lambda e: e.start):
        person = event.person
        if person.reason == "ADVERSE_EVENT" and person.left and event.start.date() <= person.left:
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
