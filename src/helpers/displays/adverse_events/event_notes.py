"""Notes below tables of adverse events: what was imputed or missing, counted."""

from collections.abc import Iterable

import pandas as pd

from helpers.displays.adverse_events.kinds import rules_out_relation
from helpers.displays.count_steps import NOT_SHOWN, find_band
from helpers.displays.formats import format_level
from helpers.displays.model import Line
from helpers.displays.rows import of_persons
from helpers.view import ClosedView, Group, View

GRAVE = 4  # a grade that is life-threatening, or 5
PARTS = {"D": "day", "M": "month", "Y": "date"}
ONCE = "A participant counts once per row; events in brackets."
MAY_HAVE_STARTED = "Events that may have started in the period counted are counted."
AS_IN_EXTRACT = "Grade, seriousness and causality are those known at the extract."


def note_imputed_starts(events: pd.DataFrame, small_cell: int = 0) -> str:
    """How many starts were imputed, or are incomplete and were not; empty where none was.

    A start without a date in ASTDT was not imputed, whatever part of it is known. Where small
    counts are not published, the rule without any number.
    """
    if small_cell:
        return f"Incomplete start dates: {MAY_HAVE_STARTED[0].lower()}{MAY_HAVE_STARTED[1:]}"
    if "ASTDTF" not in events:
        return ""
    unknown = events["ASTDT"].isna()
    flags = events["ASTDTF"].mask(unknown & events["ASTDTF"].isna(), "Y")
    said = [
        _count_parts(what, flags[rows])
        for what, rows in (("imputed", ~unknown), ("incomplete", unknown))
    ]
    return " ".join([*filter(None, said), MAY_HAVE_STARTED]) if any(said) else ""


def _count_parts(what: str, flags: pd.Series) -> str:
    """Events by the part of the start that is missing; empty where none is."""
    counts = flags.value_counts()
    parts = [f"{counts[flag]} without {part}" for flag, part in PARTS.items() if flag in counts]
    total = sum(int(counts[flag]) for flag in PARTS if flag in counts)
    return f"Start {what} in {_say(total, 'event')}: {', '.join(parts)}." if parts else ""


def note_flagged_otherwise(events: pd.DataFrame) -> str:
    """Events without a start that the flag of given data leaves out of the emergent ones."""
    if not {"TRTEMFL", "SAFFL"} <= set(events):
        return ""
    outside = events["ASTDT"].isna() & (events["SAFFL"] == "Y") & (events["TRTEMFL"] != "Y")
    if not outside.any():
        return ""
    n = _say(int(outside.sum()), "event")
    return f"{n} without a start date not flagged as treatment-emergent in the data."


def note_emergence(view: View) -> str:
    """From which moment events count; imported data carry flags of their own."""
    if view.trial.level != "raw":
        return ""
    who = "control" if view.safety == "SAF" else "who was not dosed"
    return (
        f"Treatment-emergent: begun from the time of the first dose on, in {who} from the day of "
        "randomisation on. Rows on randomisation go by its day in every arm."
    )


def note_deaths(view: View, fatal: pd.DataFrame) -> tuple[str, ...]:
    """Why the row of fatal events counts others than the participants who died, if it does.

    `fatal` are the events of that row.
    """
    if not view.has("adsl", "DTHFL"):
        return ()
    persons = view.population("ITT")
    died = set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"])
    counted = set(fatal["USUBJID"])
    lacking, more = len(died - counted), len(counted - died)
    found = []
    if lacking:
        who = f"Of {_say(len(died), 'participant')} who died (P-S-01, T-S-02)"
        found.append(f"{who}, {lacking} without a fatal event in this table{see_check(view, 18)}.")
    if more:
        found.append(_say_unrecorded(view, more))
    return tuple(found)


def note_fatal_unrecorded(view: View, events: pd.DataFrame) -> str:
    """Participants with a fatal event who have no recorded death; empty where there are none.

    For closed readers: an event of grade 5 may be read as a death, and no death stands behind it.
    """
    if "FATALFL" not in events or not view.has("adsl", "DTHFL"):
        return ""
    fatal = set(events.loc[events["FATALFL"] == "Y", "USUBJID"])
    persons = view.population("ITT")
    n = len(fatal - set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"]))
    return _say_unrecorded(view, n) if n else ""


def _say_unrecorded(view: View, n: int) -> str:
    what = "with a fatal event, but without a death by the cut-off in the subject data"
    return f"{_say(n, 'participant')} {what}{see_check(view, 17)}."


def note_grade_five(view: View, events: pd.DataFrame, small_cell: int = 0) -> str:
    """Events with the grade of a death that nobody is recorded to have died of.

    Closed readers learn of whom: a grade 5 reads as a death.
    """
    if "GR5ALVFL" not in events:
        return ""
    hit = events[events["GR5ALVFL"] == "Y"]
    if hit.empty:
        return ""
    who = f" ({_name_persons(view, hit['USUBJID'])})" if isinstance(view, ClosedView) else ""
    what = "Grade 5 without a death recorded from it"
    n = _say_events(len(hit), small_cell)
    return f"{what}: {n}{who}, not counted as fatal{see_check(view, 17)}."


def _name_persons(view: View, subjects: Iterable[str]) -> str:
    """Keys of participants, sorted."""
    persons = view["adsl"].drop_duplicates("USUBJID").set_index("USUBJID")
    names = persons["SUBJID"] if "SUBJID" in persons else persons.index.to_series()
    return ", ".join(sorted(names[names.index.isin(set(subjects))].astype(str)))


def see_check(view: View, number: int) -> str:
    """Pointer to the record check that reports the same; imported data have none."""
    return f" (C{number})" if view.trial.level == "raw" else ""


def name_grade_five(view: View, events: pd.DataFrame, group: Group) -> str:
    """`, one of them with a grade 5 and no recorded death (018)`, beside a number that counts it.

    `events` are those that the number counts; empty where none of the group is such a one. An event
    that is called fatal, of somebody whose death is not recorded, is said in the same way.
    """
    if "GR5ALVFL" not in events or not view.has("adsl", "DTHFL"):
        return ""
    persons = view["adsl"].drop_duplicates("USUBJID")
    open_ended = set(persons.loc[persons["DTHFL"] != "Y", "USUBJID"]) & set(group.subjects)
    signs = {"GR5ALVFL": "a grade 5", "FATALFL": "a fatal event"}
    found = {
        words: set(events.loc[events[flag] == "Y", "USUBJID"]) & open_ended
        for flag, words in signs.items()
        if flag in events
    }
    who = set().union(*found.values())
    if not who:
        return ""
    what = " or ".join(words for words, own in found.items() if own)
    many = "one" if len(who) == 1 else str(len(who))
    named = _name_persons(view, who)
    return f", {many} of them with {what} and no recorded death ({named})"


def note_fatal_not_serious(events: pd.DataFrame, small_cell: int = 0) -> str:
    """Fatal events that given data do not flag as serious, and that are counted as flagged."""
    if not {"FATALFL", "ASERFL"} <= set(events):
        return ""
    n = int(((events["FATALFL"] == "Y") & (events["ASERFL"] != "Y")).sum())
    if not n:
        return ""
    what = "Fatal, but not flagged as serious in the data and not counted so"
    return f"{what}: {_say_events(n, small_cell)}."


def note_after_cancellation(events: pd.DataFrame) -> str:
    """Events of participants never dosed that are in no row on doses."""
    if "NODOSEFL" not in events:
        return ""
    n = int(((events["WAITSTT"] == "NEVER") & (events["NODOSEFL"] != "Y")).sum())
    if not n:
        return ""
    return (
        f"{_say(n, 'event')} of participants never dosed, started after the dose was cancelled: in "
        "the first row only."
    )


def note_conservative_flags(events: pd.DataFrame, small_cell: int = 0) -> tuple[str, ...]:
    """One sentence per conservative rule that was used, with the number of events."""
    rules = (
        ("RELIMPFL", "Missing causality (counted as related): {}."),
        ("SERIMPFL", "Seriousness criterion met but AESER not Y (counted as serious): {}."),
        ("DTHCUTFL", "Fatal after the cut-off (shown as not recovered): {}."),
    )
    found = [
        (text, int((events[flag] == "Y").sum())) for flag, text in rules if flag in events.columns
    ]
    return tuple(text.format(_say_events(n, small_cell)) for text, n in found if n)


def note_related_without_dose(view: ClosedView, events: pd.DataFrame) -> tuple[str, ...]:
    """Events called related in an arm that gets no dose, and in which rows they are counted."""
    if not {"RELPRODFL", "RELPROCFL"} <= set(events):
        return ()
    counted = "not counted in its row" if rules_out_relation(view) else "counted as recorded"
    found = []
    for arm in view.arms:
        own = events[events["USUBJID"].isin(view.arm_group(view.safety, arm.code).subjects)]
        product, procedure = (own[name] == "Y" for name in ("RELPRODFL", "RELPROCFL"))
        n = int((product | procedure).sum())
        if arm.active or not n:
            continue
        persons = own.loc[product | procedure, "USUBJID"].nunique()
        rows = (
            (int(product.sum()), f"to the product, {counted}"),
            (int(procedure.sum()), "to the procedure, not counted in its row"),
        )
        found.append(
            f"Recorded as related in {arm.label}, where no dose is planned{see_check(view, 23)}: "
            f"{_say(n, 'event')} of {_say(persons, 'participant')}; "
            f"{', '.join(f'{count} {words}' for count, words in rows if count)}."
        )
    return tuple(found)


def note_severe_not_serious(view: View) -> str:
    """Events of grade 4 or 5 that no count of serious events has, by participant and arm.

    Closed readers only; a grade as grave as that is serious unless the grade is wrong.
    """
    known = view.has("adae", "ATOXGR", "ASERFL", "TRTEMFL") and view.has("adsl", "SUBJID")
    if not isinstance(view, ClosedView) or not known:
        return ""
    events = view.flagged("adae", "TRTEMFL")
    grave = (events["ATOXGR"] >= GRAVE).fillna(False).astype(bool)
    events = events[grave & (events["ASERFL"] != "Y")]
    arms = {
        subject: arm.label
        for arm in view.arms
        for subject in view.arm_group(view.safety, arm.code).subjects
    }
    # given data may have somebody in the safety set who was not randomised
    names = of_persons(view["adsl"].drop_duplicates("USUBJID"), "SUBJID")
    named = sorted(
        f"{names[subject]} ({arms[subject]})" for subject in events["USUBJID"] if subject in arms
    )
    if not named:
        return ""
    return (
        f"Of grade {GRAVE} or 5 and not marked serious{see_check(view, 20)}, in no count of "
        f"serious events: {', '.join(named)}."
    )


def note_unsolicited(events: pd.DataFrame) -> str:
    """That the rows of solicited events rest on no question, where none is marked so."""
    if "AEPRESP" not in events or (events["AEPRESP"] == "Y").any():
        return ""
    return (
        "No event is marked as solicited: nobody may have asked by a check list, and 0 of them "
        "tells nothing."
    )


def note_missing_grades(events: pd.DataFrame, least: int) -> str:
    """How many events have no grade, and what counting them as `least` would do."""
    if "ATOXGR" not in events:
        return ""
    missing = events[events["ATOXGR"].isna()]
    if missing.empty:
        return ""
    graded = events[(events["ATOXGR"] >= least).fillna(False)]
    more = missing.loc[~missing["USUBJID"].isin(graded["USUBJID"]), "USUBJID"].nunique()
    they = "it" if len(missing) == 1 else "they"
    return (
        f"{_say(len(missing), 'event')} without a grade, in no row by grade; "
        f"counted as grade {least} {they} would add {_say(more, 'participant')}."
    )


def note_intervals(view: View, population: str = "") -> str:
    """What the intervals are and are not, and how few participants stand behind them.

    Of the population of the safety displays, unless another is named.
    """
    sizes = sorted({group.n for group in view.groups(population or view.safety) if group.code})
    few = " to ".join(map(str, dict.fromkeys((sizes[0], sizes[-1])))) if sizes else ""
    who = "participant" if few == "1" else "participants"
    why = f"; wide intervals reflect arms of {few} {who}" if few else ""
    return (
        f"Intervals: {format_level(view.interim.conf_level_safety)} CI, not adjusted for "
        f"multiplicity{why}. No tests are made on safety data."
    )


def note_small_cells(small_cell: int) -> str:
    """What stands for a count that is not published."""
    if not small_cell:
        return ""
    return (
        f"Counts of 1 to {small_cell - 1} are shown as <{small_cell}, higher ones as the step of "
        f"{small_cell} in which they lie, up to everybody of the column, so that no small count "
        "is published and a change of one participant seldom shows. Serious events and deaths are "
        "exempt."
    )


def note_suppressed(lines: Iterable[Line]) -> str:
    """What a row without a number is, where one stands in the table."""
    if not any(NOT_SHOWN in line.cells for line in lines):
        return ""
    return f"{NOT_SHOWN.capitalize()}: secondary suppression, this count would disclose another."


def _say(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def _say_events(n: int, small_cell: int) -> str:
    """A number of events, in steps where small counts are not published."""
    if not small_cell:
        return _say(n, "event")
    if n < small_cell:
        return f"fewer than {small_cell} events"
    return f"{find_band(n, small_cell).low} or more events"
