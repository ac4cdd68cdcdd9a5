"""Laboratory grades and alarms of vital signs a second time, from the raw CSV files.

Written from the written derivation rules only, as its sibling `second_programming`, whose reading
of rows and persons it uses; the grades are written out here, units and limits are those of the
trial's tables. `recompute_grades` gives the counts of T-S-20 as {(display, population, arm,
parameter, visit, category): {statistic: value}}, `recompute_alarms` the rows of L-S-07.
"""

import csv
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from second_programming import (
    ARMS,
    Person,
    Table,
    by_arm,
    earliest,
    latest,
    moment,
    read_persons,
    read_rows,
    withdrawn_on,
)
from second_visits import first_days

GRADED = ("ALT", "AST", "ALP", "BILI", "CREAT", "HGB", "WBC", "NEUT", "LYM", "PLAT", "INR")
BY_MULTIPLE = ("CRP", "PCT", "DDIMER", "UREA", "FIBRINO")
CLASSES = ("<=1", ">1-3", ">3-10", ">10")
MULTIPLES = {"ALT": (1, 3, 5, 20), "AST": (1, 3, 5, 20), "ALP": (1, 2.5, 5, 20)}
MULTIPLES |= {"BILI": (1, 1.5, 3, 10)}
LOW_BOUNDS = {"HGB": (100, 80), "WBC": (3, 2, 1), "NEUT": (1.5, 1, 0.5), "LYM": (0.8, 0.5, 0.2)}
LOW_BOUNDS |= {"PLAT": (75, 50, 25)}
SLACK = 1e-9
IMPOSSIBLE = {"TEMP": (10, 50), "SYSBP": (0, 400), "DIABP": (0, 300), "PULSE": (0, 600)}
IMPOSSIBLE |= {"RESP": (0, 90), "SPO2": (0, 100), "WEIGHT": (5, 700)}
IMPROBABLE = {"TEMP": (33, 42), "SYSBP": (60, 260), "DIABP": (30, 150), "PULSE": (30, 220)}
IMPROBABLE |= {"RESP": (4, 60), "SPO2": (50, 100), "WEIGHT": (25, 250)}


class Reading(NamedTuple):
    """One value in the trial's unit, with its day, moment and limits; None: not usable."""

    test: str
    day: date
    time: datetime | None
    value: float | None
    low: float | None
    high: float | None
    row: int


# --- reading ------------------------------------------------------------------------------------
def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_units(tables: Path) -> dict[tuple[str, str], tuple[float, float]]:
    rows = read_table(tables / "units.csv")
    return {(r["TESTCD"], r["UNIT"]): (float(r["FACTOR"]), float(r["OFFSET"])) for r in rows}


def read_limits(tables: Path) -> dict[tuple[str, str], dict[str, str]]:
    return {(r["TESTCD"], r["SEX"]): r for r in read_table(tables / "limits.csv")}


def number(text: str) -> float | None:
    return float(text) if text else None


def day_of(
    row: dict[str, str], written: str, visits: dict[tuple[str, str], date], cutoff: date
) -> tuple[date | None, bool]:
    """Day of a value (of its visit where no day is written), and whether it is after the cut."""
    exact = earliest(written) if len(written) >= 10 else visits.get((row["SUBJID"], row["VISIT"]))
    starts = earliest(written) or exact
    return exact, starts is None or starts > cutoff


def read_readings(
    export: Path, tables: Path, persons: dict[str, Person], cutoff: date
) -> dict[tuple[str, str], list[Reading]]:
    """Laboratory values by person and test, dated by the cut-off."""
    units, limits = read_units(tables), read_limits(tables)
    visits, gone = first_days(export, cutoff), withdrawn_on(export)
    sexes = {row["SUBJID"]: row["SEX"] for row in read_rows(export, "dm")}
    found: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for place, row in enumerate(read_rows(export, "lb")):
        day, later = day_of(row, row["LBDTC"], visits, cutoff)
        subject, test = row["SUBJID"], row["LBTESTCD"]
        if subject not in persons or later or day is None or not row["LBORRES"]:
            continue
        if day > gone.get(subject, date.max):
            continue
        limit = limits.get((test, sexes[subject])) or limits[test, ""]
        reading = convert(row, units, limit, day, place)
        found[subject, test].append(reading)
    return found


def convert(
    row: dict[str, str],
    units: dict[tuple[str, str], tuple[float, float]],
    limit: dict[str, str],
    day: date,
    place: int,
) -> Reading:
    """A value in the trial's unit; none where the unit is not known or no living person has it."""
    test = row["LBTESTCD"]
    factor = units.get((test, row["LBORRESU"]))
    parts = re.fullmatch(r"\s*([<>]?)\s*([0-9.]+)\s*", row["LBORRES"])
    value = None
    if factor and parts:
        value = float(parts[2]) * factor[0] + factor[1]
        if not float(limit["IMPLOW"]) <= value <= float(limit["IMPHIGH"]):
            value = None
        elif parts[1] == "<":
            value /= 2
    own = [number(row[name]) for name in ("LBORNRLO", "LBORNRHI")]
    own = [None if x is None or not factor else x * factor[0] + factor[1] for x in own]
    if own[0] is not None and own[1] is not None and own[0] >= own[1]:
        own = [None, None]
    low, high = (
        mine if mine is not None else number(limit[name])
        for mine, name in zip(own, ("LOW", "HIGH"), strict=True)
    )
    return Reading(test, day, moment(row["LBDTC"]), value, low, high, place)


# --- grades -------------------------------------------------------------------------------------
def over(value: float, bound: float) -> bool:
    return value - bound > SLACK * abs(bound)


def grade(reading: Reading, base: float | None, thinned: bool) -> int | None:
    """Grade 0 to 4 of a usable value; `base` only after baseline. None: no limit to judge by."""
    value, test = reading.value, reading.test
    assert value is not None
    if test in LOW_BOUNDS:
        bounds = [reading.low, *LOW_BOUNDS[test]]
        return max([g for g, b in enumerate(bounds, 1) if b is not None and over(b, value)] or [0])
    if test == "INR":
        scale = base if thinned and base is not None else 1.0
        first = 1.0 if thinned and base is not None else 1.2
        return sum(over(value, step * scale) for step in (first, 1.5, 2.5))
    upper = reading.high
    if upper is None:
        return None
    if test == "CREAT":
        met = [over(value, 1 * upper), over(value, 1.5 * upper)]
        met += [over(value, 3 * upper), over(value, 6 * upper)]
        found = sum(met)
        if base is not None:
            found = max(found, 3 if over(value, 3 * base) else 2 if over(value, 1.5 * base) else 0)
        return found
    if base is None or not over(base, upper):
        return sum(over(value, step * upper) for step in MULTIPLES[test])
    first = {"ALT": 1.5, "AST": 1.5, "ALP": 2.0}.get(test)
    lowest = int(over(value, base) if first is None else not over(first * base, value))
    return max(
        [g for g, s in enumerate(MULTIPLES[test][1:], 2) if over(value, s * base)] or [lowest]
    )


def class_of(reading: Reading) -> str | None:
    if reading.value is None or not reading.high:
        return None
    multiple = reading.value / reading.high
    return CLASSES[sum(over(multiple, edge) for edge in (1, 3, 10))]


def is_before(reading: Reading, person: Person, visit: date | None) -> bool:
    """Whether a value is one of baseline: before the first dose, or by randomisation."""
    if person.doses:
        start = person.doses[0][0]
        return reading.time < start if reading.time else reading.day <= start.date()
    assert person.randomised is not None
    end = person.randomised.date()
    if visit is not None:
        end = max(end, min(visit, end + timedelta(days=14)))
    return reading.day <= end


def thinned_days(export: Path) -> dict[str, list[tuple[date, date]]]:
    """Days on an anticoagulant, by person."""
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in read_rows(export, "cm"):
        words = " ".join(row[name] for name in ("CMTRT", "CMDECOD", "CMCLAS")).lower()
        if "anticoag" in words:
            first = earliest(row["CMSTDTC"]) or date.min
            last = latest(row["CMENDTC"]) if row["CMENDTC"] else None
            spans[row["SUBJID"]].append((first, last or date.max))
    return spans


def shift_of(
    readings: list[Reading], person: Person, visit: date | None, spans: list[tuple[date, date]]
) -> tuple[str, str]:
    """Category at baseline and at its worst after it, as words."""
    usable = [reading for reading in readings if reading.value is not None]
    order = sorted(usable, key=lambda r: (r.day, r.time or datetime.min, r.row))
    before = [reading for reading in order if is_before(reading, person, visit)]
    after = [reading for reading in order if not is_before(reading, person, visit)]
    if readings[0].test in BY_MULTIPLE:
        base = class_of(before[-1]) if before else None
        found = [word for word in map(class_of, after) if word]
        return base or "missing", max(found, key=CLASSES.index) if found else "missing"
    value = before[-1].value if before else None

    def judge(reading: Reading, base: float | None) -> int | None:
        return grade(reading, base, any(a <= reading.day <= b for a, b in spans))

    base_grade = judge(before[-1], None) if before else None
    grades = [g for g in (judge(reading, value) for reading in after) if g is not None]
    word = "missing" if base_grade is None else str(base_grade)
    return word, str(max(grades)) if grades else "missing"


def recompute_grades(export: Path, tables: Path, cutoff: date) -> Table:
    """Participants by grade or class at baseline and at its worst after it."""
    persons = {k: p for k, p in read_persons(export, cutoff).items() if p.randomised}
    readings = read_readings(export, tables, persons, cutoff)
    visits = first_days(export, cutoff)
    spans = thinned_days(export)
    arms = by_arm(persons, True, tuple(ARMS))
    table: Table = {}
    for test in (*GRADED, *BY_MULTIPLE):
        shifts = {
            subject: shift_of(
                readings[subject, test],
                persons[subject],
                visits.get((subject, "BL")),
                spans[subject],
            )
            if readings.get((subject, test))
            else ("missing", "missing")
            for subject in arms["Total"]
        }
        pairs = set(shifts.values())
        for arm, members in arms.items():
            for base, worst in pairs:
                n = sum(shifts[subject] == (base, worst) for subject in members)
                key = ("T-S-20", "SAF", arm, test, "", f"{base} to {worst}")
                table[key] = {"n": n, "N": len(members)}
    return table


# --- alarms -------------------------------------------------------------------------------------
class Sign(NamedTuple):
    """One vital sign that an alarm listing must show."""

    subject: str
    test: str
    alarm: str
    value: float | None
    before: float | None
    mark: str


def recompute_alarms(export: Path, tables: Path, cutoff: date) -> list[Sign]:
    """Vital signs that set off an alarm, are improbable or impossible, or in no known unit."""
    persons, units = read_persons(export, cutoff), read_units(tables)
    visits, gone = first_days(export, cutoff), withdrawn_on(export)
    rows = []
    for row in read_rows(export, "vs"):
        day, later = day_of(row, row["VSDTC"], visits, cutoff)
        subject = row["SUBJID"]
        if subject not in persons or later or not row["VSORRES"]:
            continue
        if day is not None and day > gone.get(subject, date.max):
            continue
        factor = units.get((row["VSTESTCD"], row["VSORRESU"] or "")) or (
            (1.0, 0.0) if not row["VSORRESU"] else None
        )
        value = float(row["VSORRES"]) * factor[0] + factor[1] if factor else None
        rows.append((row, value))
    systolic = {moment_of(row): value for row, value in rows if row["VSTESTCD"] == "SYSBP"}
    marks = [mark(row["VSTESTCD"], value, systolic.get(moment_of(row))) for row, value in rows]
    starts = read_starts(export, cutoff)
    before = {
        (row["SUBJID"], row["DOSENUM"], row["VSTESTCD"]): value
        for (row, value), odd in zip(rows, marks, strict=True)
        if row["VSTPT"] == "PRE" and value is not None and odd != "impossible"
    }
    found = []
    for (row, value), odd in zip(rows, marks, strict=True):
        test, point = row["VSTESTCD"], row["VSTPT"]
        number = row["DOSENUM"] if point else dose_before(row, starts.get(row["SUBJID"], {}))
        pre = before.get((row["SUBJID"], number, test)) if number else None
        change = value - pre if value is not None and pre is not None and point != "PRE" else None
        alarm = "" if value is None else name_alarm(test, value, change)
        if alarm or odd or value is None:
            found.append(Sign(row["SUBJID"], test, alarm, value, pre, odd))
    return found


def read_starts(export: Path, cutoff: date) -> dict[str, dict[str, datetime]]:
    """Start of each given dose by participant and number."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict)
    for row in read_rows(export, "ex"):
        start = moment(row["EXSTDTC"]) if row["EXOCCUR"] == "Y" else None
        if start is not None and start.date() <= cutoff:
            found[row["SUBJID"]][row["DOSENUM"]] = start
    return found


def dose_before(row: dict[str, str], starts: dict[str, datetime]) -> str:
    """Number of the dose that a value at no time point follows: within 24 h, or in its stay."""
    text = row["VSDTC"]
    if not text:
        return ""
    stay, timed = row["VISIT"] in ("D1A", "D2A"), "T" in text
    taken = datetime.fromisoformat(text if timed else f"{text}T23:59:59")
    begun = [(start, number) for number, start in starts.items() if start <= taken]
    if not begun:
        return ""
    start, number = max(begun)
    if timed:
        near = taken - start <= timedelta(hours=24)
    else:
        near = (taken.date() - start.date()).days <= 1 and (stay or row["VISIT"] == "UNS")
    return number if near or stay else ""


def moment_of(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("SUBJID", "VISIT", "DOSENUM", "VSTPT", "VSDTC"))


def mark(test: str, value: float | None, systolic: float | None) -> str:
    if value is None:
        return ""
    low, high = IMPOSSIBLE[test]
    above = test == "DIABP" and systolic is not None and value > systolic
    if value < low or value > high or above:
        return "impossible"
    low, high = IMPROBABLE[test]
    equal = test == "DIABP" and value == systolic
    return "improbable" if value < low or value > high or equal else ""


def name_alarm(test: str, value: float, change: float | None) -> str:
    """The first alarm that a value sets off, by itself or by its change since before the dose."""
    rise = -1.0 if change is None else change
    fall = -1.0 if change is None else -change
    if test == "TEMP" and value >= 38 - SLACK and (change is None or rise >= 1 - SLACK):
        return "fever"
    if test == "SYSBP" and (value < 90 - SLACK or fall >= 30 - SLACK):
        return "low"
    if test == "SYSBP" and (value >= 180 - SLACK or rise >= 40 - SLACK):
        return "high"
    if test == "PULSE" and value >= 120 - SLACK:
        return "fast"
    if test == "PULSE" and value < 50 - SLACK:
        return "slow"
    if test == "SPO2" and value < 92 - SLACK:
        return "low"
    return "fast" if test == "RESP" and value >= 25 - SLACK else ""
