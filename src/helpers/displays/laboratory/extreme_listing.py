"""L-S-06: laboratory values of grade 3 or higher and other extreme ones, with the events beside."""

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.measurements.events_beside import RULE
from helpers.displays.measurements.extremes import (
    AS_OBSERVED,
    DAY_AND_ARM,
    Column,
    name_participants,
    write_rows,
)
from helpers.displays.measurements.queried import LISTED, mark_queries, name_query
from helpers.displays.measurements.units import write_units
from helpers.displays.measurements.words import (
    Record,
    name_occasion,
    write_day,
    write_marks,
    write_value,
)
from helpers.displays.model import Listing, join_notes
from helpers.displays.summary.wording import count_of
from helpers.params.trial import Trial
from helpers.view import View

GRADE = 3
STACKED = frozenset(["Arm", "Limits of the range", "Baseline", "Day", "Remarks"])


@shown_as(
    "L-S-06",
    title="Laboratory values of grade 3 or higher and extreme ones, one by one",
    needs=("adlb", "adsl"),
    absent="There are no laboratory values in this trial.",
    variables=("ATOXGR", "OBSGR"),
)
def list_extreme_values(view: View) -> Listing:
    """Values of grade 3 or higher, of the highest multiple, improbable or impossible ones.

    Of all consented participants; an impossible value has a grade as it was observed.
    """
    values = choose_extreme(mark_queries(view, view["adlb"], "lb"), view.trial)
    values = name_participants(view, values)
    columns = [c for c in _list_columns(view.trial) if c.needs in values]
    capped = write_rows(values, columns, _rate_urgency)
    highest = _name_highest(view.trial)
    return Listing(
        population_line=f"{_count(values)} Of all consented participants, by participant and time. "
        "Data to "
        f"{state_date(view.cutoff)}.",
        notes=join_notes(
            f"Listed: grade {GRADE} or higher, {highest} times the upper limit of a test without "
            "grades, a bilirubin that completes a potential Hy's law case, and values that are "
            "improbable, impossible, in an unknown unit, or that a check queries.",
            LISTED if values["QUERY"].notna().any() else "",
            "Grades: table of the trial, numeric limits only.",
            DAY_AND_ARM,
            RULE if "EVENTS" in values else "",
            AS_OBSERVED,
            capped.note,
        ),
        source_note="adlb with OBSGR of 3 or higher, ULNCAT, HYSFL, IMPROBFL or IMPOSSFL, or "
        "with a finding; adae, adsl; "
        "list_extreme_values.",
        headline=_state_headline(values),
        headers=tuple(column.head for column in columns),
        stacked=STACKED,
        rows=capped.shown,
        file_rows=capped.more,
        empty="No value of grade 3 or higher, and none is improbable, impossible or queried",
    )


def choose_extreme(adlb: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Values that a reader must see one by one."""
    flagged = (adlb["OBSGR"] >= GRADE).fillna(False).astype(bool)
    for name in ("HYSFL", "IMPROBFL", "IMPOSSFL"):
        flagged |= adlb[name] == "Y"
    flagged |= adlb["ULNCAT"] == _name_highest(trial)
    if "QUERY" in adlb:
        flagged |= adlb["QUERY"].notna()
    return adlb[flagged | adlb["OBSVAL"].isna()]


def _name_highest(trial: Trial) -> str:
    """The highest class of multiples of the upper limit: `>10`."""
    return f">{trial.laboratory.multiples[-1]:g}"


def _list_columns(trial: Trial) -> list[Column]:
    return [
        Column("Participant", "SUBJID", lambda r: str(r.SUBJID)),
        Column("Arm", "ARM", lambda r: r.ARM),
        Column("Test", "PARAM", lambda r: write_units(str(r.PARAM))),
        Column("Grade", "OBSGR", _write_grade),
        Column("Value", "OBSVAL", _write_value),
        Column("Limits of the range", "ANRLO", _write_limits),
        Column("Baseline", "BASE", _write_baseline),
        Column("Taken", "VISIT", lambda r: name_occasion(r, trial)),
        Column("Day", "ADY", write_day),
        Column("Adverse events beside it", "EVENTS", lambda r: r.EVENTS),
        Column("Remarks", "IMPOSSFL", _write_remarks),
    ]


def _write_grade(record: Record) -> str:
    if pd.notna(record.OBSGR):
        return write_value(record.OBSGR, 0)
    known = isinstance(record.ULNCAT, str)
    return f"{record.ULNCAT} \u00d7 ULN" if known else "no grade"


def _write_value(record: Record) -> str:
    """The value in the trial's unit; as the laboratory wrote it where it could not be converted."""
    value = write_value(record.OBSVAL, 3)
    return value or f"{record.LBORRES} {record.LBORRESU or ''}".strip()


def _write_limits(record: Record) -> str:
    low, high = write_value(record.ANRLO, 3), write_value(record.ANRHI, 3)
    if low and high:
        return f"range {low} to {high}"
    return f"range up to {high}" if high else ""


def _write_baseline(record: Record) -> str:
    base = write_value(record.BASE, 3)
    return f"baseline {base}" if base else "no baseline"


def _write_remarks(record: Record) -> str:
    marks = [*filter(None, [*write_marks(record), name_query(record.QUERY)])]
    if record.HYSFL == "Y":
        marks.append("completes a potential Hy's law case")
    if record.POSTFL != "Y":
        marks.append("not after baseline")
    return ", ".join(marks)


def _rate_urgency(record: Record) -> int:
    """Hy's law and impossible values first, then by grade, then what has none."""
    if record.HYSFL == "Y" or write_marks(record) or isinstance(record.QUERY, str):
        return 0
    return 9 if pd.isna(record.OBSGR) else 5 - int(record.OBSGR)


def _count(values: pd.DataFrame) -> str:
    graded = values[(values["OBSGR"] >= GRADE).fillna(False)]
    people = count_of(graded["USUBJID"].nunique(), "participant") if len(graded) else ""
    among = f" in {people}" if people else ""
    return (
        f"Values of grade {GRADE} or higher N = {len(graded)}{among}, other extreme values "
        f"N = {len(values) - len(graded)}."
    )


def _state_headline(values: pd.DataFrame) -> str:
    """In how many participants a grade of 3 or higher came after baseline, and Hy's law."""
    if values.empty:
        return ""
    after = values[values["POSTFL"] == "Y"]
    people = after.loc[(after["OBSGR"] >= GRADE).fillna(False), "USUBJID"].nunique()
    cases = after.loc[after["HYSFL"] == "Y", "USUBJID"].nunique()
    return (
        f"After baseline: a grade of {GRADE} or higher in {people or 'no'} "
        f"{'participant' if people in (0, 1) else 'participants'}, "
        f"{cases or 'no'} potential Hy's law {'case' if cases in (0, 1) else 'cases'}."
        f"{_count_queried(after)}"
    )


def _count_queried(after: pd.DataFrame) -> str:
    """How many of the listed values after baseline a check queries, and of which grade."""
    own = after[after["QUERY"].notna()]
    if own.empty:
        return ""
    high = int((own["OBSGR"] >= GRADE).fillna(False).sum())
    values = count_of(len(own), "of the listed values", "of the listed values")
    among = f", {high} of them of grade {GRADE} or higher" if high else ""
    return f" A check queries {values}{among}."
