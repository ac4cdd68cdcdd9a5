"""L-S-07: vital signs that set off an alarm or are extreme, with the adverse events beside them."""

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import BY_TIME_POINT, find_untimed, note_dose_dates
from helpers.displays.measurements.events_beside import NO_EVENT, RULE
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
    write_change,
    write_day,
    write_marks,
    write_value,
)
from helpers.displays.model import Listing, join_notes
from helpers.displays.vital_signs.timed import choose_after, choose_later, name_span
from helpers.params.measurements import Alarm
from helpers.params.trial import Trial
from helpers.view import View

CHANGE_RULE = (
    "A change is that since before the dose; where no value before it is known, the limit decides."
)
STACKED = frozenset(["Arm", "Before the dose", "Change", "Day", "Remarks"])


@shown_as(
    "L-S-07",
    title="Vital signs: alarms and extreme values, one by one",
    needs=("advs", "adsl"),
    absent="There are no vital signs in this trial.",
    variables=("ALARM",),
)
def list_alarms(view: View) -> Listing:
    """Every value that sets off an alarm, is improbable or impossible, by participant and time.

    Of all consented participants; an impossible value stands as observed, with its mark.
    """
    values = mark_queries(view, choose_extreme(view["advs"]), "vs")
    values = name_participants(view, values)
    columns = [c for c in _list_columns(view.trial) if c.needs in values]
    capped = write_rows(values, columns, _rate_urgency)
    return Listing(
        population_line=f"{_count(values)} Of all consented participants, by participant and time. "
        "Data to "
        f"{state_date(view.cutoff)}.",
        notes=join_notes(
            note_dose_dates(view, BY_TIME_POINT, find_untimed(view)),
            f"Alarms: {describe_alarms(view)}. {CHANGE_RULE}",
            DAY_AND_ARM,
            RULE if "EVENTS" in values else "",
            AS_OBSERVED,
            LISTED if values["QUERY"].notna().any() else "",
            capped.note,
        ),
        source_note="advs with ALARMFL, IMPROBFL or IMPOSSFL = Y (OBSVAL, PREVAL), adae, adsl; "
        "list_alarms.",
        headline=_state_headline(values, view.trial),
        headers=tuple(column.head for column in columns),
        stacked=STACKED,
        rows=capped.shown,
        file_rows=capped.more,
        empty="No vital sign set off an alarm, and none is improbable or impossible",
    )


def choose_extreme(advs: pd.DataFrame) -> pd.DataFrame:
    """Values that set off an alarm, are improbable or impossible, or have no known unit."""
    flagged = pd.Series(False, index=advs.index)
    for name in ("ALARMFL", "IMPROBFL", "IMPOSSFL"):
        flagged |= advs[name] == "Y"
    return advs[flagged | advs["OBSVAL"].isna()]


def describe_alarms(view: View) -> str:
    """Every alarm in words: `Temperature (°C) at least 38 and a rise of at least 1`."""
    signs = view.trial.vital_signs
    found = view["advs"][["PARAMCD", "PARAM"]].drop_duplicates("PARAMCD")
    names = signs.labels | {
        code: write_units(str(name))
        for code, name in zip(found["PARAMCD"], found["PARAM"], strict=True)
    }
    return "; ".join(f"{names.get(a.test, a.test)} {_limits(a)}" for a in signs.alarms)


def _limits(alarm: Alarm) -> str:
    parts = [
        "" if limit is None else f"{word} {limit:g}"
        for word, limit in (
            ("at least", alarm.at_least),
            ("below", alarm.below),
            ("a rise of at least", alarm.rise),
            ("a fall of at least", alarm.fall),
        )
    ]
    return (" and " if alarm.both else " or ").join(part for part in parts if part)


def _list_columns(trial: Trial) -> list[Column]:
    return [
        Column("Participant", "SUBJID", lambda r: str(r.SUBJID)),
        Column("Arm", "ARM", lambda r: r.ARM),
        Column("Vital sign", "PARAM", lambda r: write_units(str(r.PARAM))),
        Column("Alarm", "ALARM", lambda r: r.ALARM if isinstance(r.ALARM, str) else "no alarm"),
        Column("Value", "OBSVAL", lambda r: write_value(r.OBSVAL) or "not known"),
        Column("Before the dose", "PREVAL", _write_before),
        Column("Change", "PREVAL", _write_since),
        Column("Taken", "VISIT", lambda r: name_occasion(r, trial)),
        Column("Day", "ADY", write_day),
        Column("Adverse events beside it", "EVENTS", lambda r: r.EVENTS),
        Column("Remarks", "IMPOSSFL", _write_remarks),
    ]


def _write_before(record: Record) -> str:
    before = write_value(record.PREVAL)
    return f"before {before}" if before else ""


def _write_since(record: Record) -> str:
    if pd.isna(record.PREVAL) or pd.isna(record.OBSVAL):
        return ""
    change = write_change(record.OBSVAL - record.PREVAL)
    return f"change {change}" if change != "0" else ""


def _write_remarks(record: Record) -> str:
    return ", ".join(filter(None, [*write_marks(record), name_query(record.QUERY)]))


def _rate_urgency(record: Record) -> int:
    """Impossible and improbable first, then what happened around a dose, then the rest."""
    if write_marks(record):
        return 0
    return 1 if isinstance(record.DOSETIM, str) else 2


def _count(values: pd.DataFrame) -> str:
    alarms = values[values["ALARMFL"] == "Y"]
    others = len(values) - len(alarms)
    people = alarms["USUBJID"].nunique()
    return (
        f"Alarms N = {len(alarms)} in {_say(people, 'participant')}, "
        f"other extreme values N = {others}."
    )


def _state_headline(values: pd.DataFrame, trial: Trial) -> str:
    """How many alarms were around a dose, in whom, and how many of them have no event beside."""
    alarms = values[values["ALARMFL"] == "Y"]
    if alarms.empty:
        return ""
    dosed, later = choose_after(alarms), choose_later(alarms)
    if dosed.empty and later.empty:
        none = f"{_say(len(alarms), 'alarm')}, none of them after a dose."
        return f"{none} {_say_beside(alarms)}".strip()
    people = dosed["USUBJID"].nunique()
    others = len(alarms) - len(dosed) - len(later)
    text = f"{_say(len(dosed), 'alarm')} {name_span(trial)} after a dose"
    text += f", in {_say(people, 'participant')}" if people else ""
    if len(later):
        text += f"; later in the stay {len(later)}, in {later['USUBJID'].nunique()}"
    text += f"; at other times {others}" if others else ""
    return f"{text}. {_say_beside(alarms)}".strip()


def _say_beside(alarms: pd.DataFrame) -> str:
    """How many of all alarms have an event beside them, whenever they were."""
    if "EVENTS" not in alarms:
        return ""
    alone = int((alarms["EVENTS"] == NO_EVENT).sum())
    earlier = len(alarms) - alone - int(alarms["NEAR"].sum())
    said = [f"without an adverse event beside it {alone}"] if alone else []
    said += [f"with one begun earlier or of unknown start alone {earlier}"] if earlier else []
    if not said:
        return "Beside each is an adverse event that began within a day of it."
    return f"Of {_say(len(alarms), 'alarm')} in all: {', '.join(said)}."


def _say(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"
