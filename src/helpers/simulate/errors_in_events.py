"""Planted errors about adverse events and hospital stays."""

from collections.abc import Iterator

from helpers.simulate.dates import DAY, format_day, format_minute, parse_day
from helpers.simulate.planting import Draft, Planter, Spot


def _plain(draft: Draft, **wanted: str) -> Iterator[tuple[int, int, int]]:
    """Ended, not serious events with whole dates that no other table hangs on: place, days."""
    for place in draft.find("ae", AESER="N", AEONGO="N", **wanted):
        row = draft.read("ae", place)
        if len(row["AESTDTC"]) >= 10 and row["AEDECOD"] != "Fever" and row["AEACN"] in _NO_ACTION:
            yield place, parse_day(row["AESTDTC"]), parse_day(row["AEENDTC"])


_NO_ACTION = ("NONE", "NOT_APPLICABLE")


def _spoil(draft: Draft, column: str, least: int = 0, **values: str) -> Spot | None:
    for place, first, last in _plain(draft):
        if last - first >= least:
            draft.change("ae", place, **values)
            return draft.spot("ae", place, "AESEQ", column)
    return None


def _end_before_start(draft: Draft) -> Spot | None:
    for place, first, _ in _plain(draft):
        draft.change("ae", place, AEENDTC=format_day(first - 3))
        return draft.spot("ae", place, "AESEQ", "AEENDTC")
    return None


def _keep_going(draft: Draft) -> Spot | None:
    return _spoil(draft, "AEENDTC", AEONGO="Y")


def _forget_serious(draft: Draft) -> Spot | None:
    return _spoil(draft, "AESER", AESMIE="Y")


def _grade_as_fatal(draft: Draft) -> Spot | None:
    return _spoil(draft, "AEOUT", AETOXGR="5")


def _grade_as_severe(draft: Draft) -> Spot | None:
    return _spoil(draft, "AESER", AETOXGR="4")


def _forget_grade(draft: Draft) -> Spot | None:
    return _spoil(draft, "AETOXGR", AETOXGR="")


def _forget_coding(draft: Draft) -> Spot | None:
    return _spoil(draft, "AEDECOD", AEDECOD="UNCODED", AEBODSYS="UNCODED")


def _interrupt_nothing(draft: Draft) -> Spot | None:
    if not draft.course.doses or any(dose.adjusted != "NONE" for dose in draft.course.doses):
        return None
    return _spoil(draft, "AEACN", AEACN="DOSE_INTERRUPTED")


def _blame_nothing(draft: Draft) -> Spot | None:
    if draft.course.person.slot.arm != "CTL":
        return None
    return _spoil(draft, "", AEREL="POSSIBLE")


def _enter_twice(draft: Draft) -> Spot | None:
    """The same event again, a day later."""
    for place, first, last in _plain(draft):
        if last - first >= 2:
            row, number = draft.read("ae", place), draft.next_number("ae", "AESEQ")
            start = format_day(first + 1) + row["AESTDTC"][10:]
            entered = max(row["ENTRYDTC"], format_minute((first + 2) * DAY + 600))
            new = draft.copy("ae", place, AESEQ=number, AESTDTC=start, ENTRYDTC=entered, UPDDTC="")
            return draft.spot("ae", new, "AESEQ", "AESTDTC")
    return None


def _lose_stay(draft: Draft) -> Spot | None:
    for place in draft.find("ae", AESER="Y", AESHOSP="Y", AESDTH="N"):
        row = draft.read("ae", place)
        stays = draft.find("ho", AESEQ=row["AESEQ"])
        days = [(stay["HOSTDTC"], stay["HOENDTC"]) for stay in draft.all_rows("ho")]
        first, last = row["AESTDTC"][:10], row["AEENDTC"][:10] or "9999"
        if stays and sum(start <= last and end >= first for start, end in days) == 1:
            draft.drop("ho", stays[0])
            draft.change("ae", place)
            return draft.spot("ae", place, "AESEQ", "AESHOSP")
    return None


def _inform_late(draft: Draft) -> Spot | None:
    for place in draft.find("ae", AESER="Y", AESDTH="N"):
        aware = parse_day(draft.read("ae", place)["AESITDTC"])
        draft.change("ae", place, AESPODTC=format_day(aware + 6))
        return draft.spot("ae", place, "AESEQ", "AESPODTC")
    return None


EVENT_ERRORS = (
    Planter("C21", _lose_stay, rare=True),
    Planter("C26", _inform_late, rare=True),
    Planter("C14", _end_before_start),
    Planter("C16", _forget_serious),
    Planter("C25", _enter_twice),
    Planter("C22", _interrupt_nothing),
    Planter("C15", _keep_going),
    Planter("C20", _grade_as_severe),
    Planter("C17", _grade_as_fatal),
    Planter("C23", _blame_nothing),
    Planter("C27", _forget_coding),
    Planter("STRUCT-NULL", _forget_grade),
)
