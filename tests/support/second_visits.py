"""Visit windows and follow-up a second time, from the raw CSV files and the standard library.

Written from the written derivation rules only, as its sibling `second_programming`, whose reading
of rows and persons it uses. `recompute_windows` gives the forms received after baseline and dated
outside the protocol window (T-E-02), `recompute_follow_up` person-years and milestones (T-S-08),
both as {(display, population, arm, parameter, visit, category): {statistic: value}}.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

from second_programming import (
    ARMS,
    Person,
    Table,
    by_arm,
    earliest,
    moment,
    read_persons,
    read_rows,
    withdrawn_on,
)

FORMS = ("NIHSS", "FIM", "MAS", "FMA", "SF36")
# days after the anchor: target, analysis window, protocol window
VISITS = {
    "M03": (91, (46, 137), (77, 105)),
    "M06": (183, (138, 274), (162, 204)),
    "M12": (365, (275, 456), (335, 395)),
}
AFTER_DOSE_2 = 7  # days in which a form after dose 2 may still stand for month 3
YEAR = 365.25
# table, date, column that must hold the value for the person to have been seen alive
CONTACTS = (
    ("dm", "RFICDTC", None),
    ("rand", "RANDDTC", None),
    ("sv", "SVSTDTC", ("SVSTAT", "DONE")),
    ("lb", "LBDTC", ("LBSTAT", "")),
    ("vs", "VSDTC", ("VSSTAT", "")),
    ("ex", "EXSTDTC", ("EXOCCUR", "Y")),
    ("ae", "AESTDTC", None),
    ("ho", "HOSTDTC", None),
    ("qs", "QSDTC", ("QSSTAT", "")),
)


class Form:
    """One form of a person, with what the choice between forms of one visit asks of it."""

    def __init__(self, person: Person, name: str, written: str, day: date) -> None:
        self.person, self.name, self.day = person, name, day
        self.time = moment(written)
        self.answers = self.rows = 0

    @property
    def offset(self) -> int:
        return (self.day - anchor(self.person)).days

    @property
    def after_dose_2(self) -> bool:
        if len(self.person.doses) < 2:
            return False
        second = self.person.doses[1][0]
        return self.time >= second if self.time else self.day > second.date()


def anchor(person: Person) -> date:
    """Day of the first dose, of randomisation where there is none."""
    return person.begins()[0].date()


# --- windows ------------------------------------------------------------------------------------
def recompute_windows(export: Path, cutoff: date) -> Table:
    """Forms received after baseline, and of these those outside the protocol window."""
    persons = {k: p for k, p in read_persons(export, cutoff).items() if p.randomised}
    used = choose_forms(read_forms(export, persons, cutoff))
    arms = by_arm(persons, False, tuple(ARMS))
    table: Table = {}
    for name in FORMS:
        own = [(visit, form) for (_, kind, visit), form in used.items() if kind == name]
        for arm, members in arms.items():
            inside = [(v, f) for v, f in own if f.person.id in members]
            outside = [f for v, f in inside if not VISITS[v][2][0] <= f.offset <= VISITS[v][2][1]]
            place = ("T-E-02", "ITT", arm, name, "ANY", "OUT_OF_WINDOW")
            table[place] = {"n": len(outside), "total": len(inside)}
    return table


def read_forms(export: Path, persons: dict[str, Person], cutoff: date) -> list[Form]:
    """Forms with an answer, dated by the cut-off; a date without a day is that of the visit."""
    gone = withdrawn_on(export)
    visits = first_days(export, cutoff)
    forms: dict[tuple[str, ...], Form] = {}
    for row in read_rows(export, "qs"):
        subject, written = row["SUBJID"], row["QSDTC"]
        exact = earliest(written) if len(written) >= 10 else visits.get((subject, row["VISIT"]))
        starts = earliest(written) or exact
        if subject not in persons or exact is None or starts is None or starts > cutoff:
            continue
        if exact > gone.get(subject, date.max):
            continue
        key = (subject, row["VISIT"], row["QSCAT"], written)
        form = forms.setdefault(key, Form(persons[subject], row["QSCAT"], written, exact))
        form.rows += 1
        form.answers += row["QSORRES"] != "" and row["QSTESTCD"] != "ALL"
    return [form for form in forms.values() if form.answers]


def first_days(export: Path, cutoff: date) -> dict[tuple[str, str], date]:
    """First day of each visit by the cut-off."""
    days: dict[tuple[str, str], date] = {}
    for row in read_rows(export, "sv"):
        day, key = earliest(row["SVSTDTC"]), (row["SUBJID"], row["VISIT"])
        if day and day <= cutoff:
            days[key] = min(day, days.get(key, day))
    return days


def choose_forms(forms: list[Form]) -> dict[tuple[str, str, str], Form]:
    """The form used for each person, kind and visit: complete, near the target, late."""
    most = {name: max((f.answers for f in forms if f.name == name), default=0) for name in FORMS}
    candidates: dict[tuple[str, str, str], list[Form]] = {}
    for form in forms:
        for visit, (_, (low, high), _) in VISITS.items():
            if low <= form.offset <= high:
                candidates.setdefault((form.person.id, form.name, visit), []).append(form)
    chosen = {}
    for key, rivals in candidates.items():
        target = VISITS[key[2]][0]
        kept = respect_dose_2(rivals) if key[2] == "M03" else rivals
        ranked = sorted(
            kept,
            key=lambda f: (
                f.answers == f.rows == most[f.name],
                -abs(f.offset - target),
                f.day,
                f.time or datetime.min,
            ),
        )
        if ranked:
            chosen[key] = ranked[-1]
    return chosen


def respect_dose_2(rivals: list[Form]) -> list[Form]:
    """Forms before dose 2; without one those soon after it."""
    before = [form for form in rivals if not form.after_dose_2]
    soon = timedelta(days=AFTER_DOSE_2)
    late = [f for f in rivals if f.after_dose_2 and f.day - f.person.doses[1][0].date() <= soon]
    return before or late


# --- follow-up ----------------------------------------------------------------------------------
def recompute_follow_up(export: Path, cutoff: date) -> Table:
    """Person-years from randomisation and at risk, and who reached each visit."""
    persons = {k: p for k, p in read_persons(export, cutoff).items() if p.randomised}
    ends = find_exits(export, persons, cutoff)
    done = first_days_done(export, cutoff)
    table: Table = {}
    for population, name, treated in (("ITT", "RANDPYRS", False), ("SAF", "EXPYRS", True)):
        arms = by_arm(persons, treated, tuple(ARMS))
        for arm, members in arms.items():
            years = sum(years_of(persons[k], ends[k], treated) for k in sorted(members))
            table["T-S-08", population, arm, name, "", "TIME"] = {"person_years": years}
            for visit, (_, _, (opens, _)) in VISITS.items():
                reached = [
                    k
                    for k in members
                    if (k, visit) in done or ends[k] >= anchor(persons[k]) + timedelta(days=opens)
                ]
                row = {"n": len(reached), "N": len(members)}
                table["T-S-08", population, arm, name, visit, ""] = row
    return table


def years_of(person: Person, end: date, treated: bool) -> float:
    """Years from randomisation or, at risk, from the first dose; both ends count."""
    start = anchor(person) if treated else person.randomised.date()  # type: ignore[union-attr]
    return max((end - start).days + 1, 0) / YEAR


def find_exits(export: Path, persons: dict[str, Person], cutoff: date) -> dict[str, date]:
    """Earliest of death, end of follow-up (of who was lost: the last contact) and cut-off."""
    seen = last_contacts(export, cutoff)
    exits = {}
    for key, person in persons.items():
        left = seen.get(key) if person.reason == "LOST_TO_FOLLOW_UP" else person.left
        exits[key] = min(day for day in (person.death, left, cutoff) if day)
    return exits


def last_contacts(export: Path, cutoff: date) -> dict[str, date]:
    """Last day by the cut-off on which somebody saw or heard the person."""
    gone = withdrawn_on(export)
    last: dict[str, date] = {}
    for table, name, condition in CONTACTS:
        for row in read_rows(export, table):
            day, subject = earliest(row[name]), row["SUBJID"]
            if day is None or day > cutoff or day > gone.get(subject, date.max):
                continue
            if condition is None or row[condition[0]] == condition[1]:
                last[subject] = max(day, last.get(subject, day))
    return last


def first_days_done(export: Path, cutoff: date) -> set[tuple[str, str]]:
    """Visits that took place by the cut-off."""
    return {
        (row["SUBJID"], row["VISIT"])
        for row in read_rows(export, "sv")
        if row["SVSTAT"] == "DONE" and (day := earliest(row["SVSTDTC"])) and day <= cutoff
    }
