"""Planted errors about who the participants are and how they went through the trial."""

from helpers.simulate.dates import DAY, format_day, format_minute, parse_day
from helpers.simulate.planting import Draft, Planter, Spot
from helpers.simulate.visits import TARGETS

UNKNOWN_SUBJECT = "000"  # numbers start at 1
FAR_NUMBER = 50_000  # beyond every randomisation number


def _lend_record(draft: Draft) -> Spot | None:
    """A drug of somebody who is not in dm."""
    places = draft.find("cm", CMCAT="ANTITHROMBOTIC")
    if not places:
        return None
    new = draft.copy("cm", places[0], SUBJID=UNKNOWN_SUBJECT, CMSEQ="1")
    return Spot("cm", draft.spot("cm", new, "CMSEQ").key, "SUBJID", UNKNOWN_SUBJECT)


def _shift_randomisation(draft: Draft) -> Spot | None:
    """Another date of randomisation in ds than on the list."""
    for place in draft.find("ds", DSDECOD="RANDOMIZED"):
        day = parse_day(draft.read("ds", place)["DSSTDTC"])
        draft.change("ds", place, DSSTDTC=format_day(day - 1))
        return draft.spot("ds", place, "DSSEQ", "DSSTDTC")
    return None


def _fail_criterion(draft: Draft) -> Spot | None:
    """Randomised with a sign of infection."""
    if draft.course.conduct.randomised is None:
        return None
    for place in draft.find("ie", IETESTCD="IN03C", IEORRES="Y"):
        draft.change("ie", place, IEORRES="N")
        return draft.spot("ie", place, "IETESTCD", "IEORRES")
    return None


def _mistype_age(draft: Draft) -> Spot | None:
    age = draft.course.person.age
    if draft.course.conduct.randomised is None or age > 68:
        return None
    for place in draft.find("dm"):
        draft.change("dm", place, AGE=str(age + 6))
        return draft.spot("dm", place, "", "AGE")
    return None


def _leave_sentinel(draft: Draft) -> Spot | None:
    for place in draft.find("dm"):
        draft.change("dm", place, HEIGHT="9999")
        return draft.spot("dm", place, "", "HEIGHT")
    return None


def _write_word(draft: Draft) -> Spot | None:
    for place in draft.find("dm"):
        draft.change("dm", place, PREMRS="none")
        return draft.spot("dm", place, "", "PREMRS")
    return None


def _use_other_term(draft: Draft) -> Spot | None:
    for place in draft.find("sv", VISIT="SCR", SVTYPE="ONSITE"):
        draft.change("sv", place, SVTYPE="CLINIC")
        return draft.spot("sv", place, "VISIT SVSEQ", "SVTYPE")
    return None


def _repeat_row(draft: Draft) -> Spot | None:
    for place in draft.find("mh"):
        draft.copy("mh", place)
        return draft.spot("mh", place, "MHSEQ")
    return None


def _reuse_key(draft: Draft) -> Spot | None:
    """The same drug entered again with another dose under the number of the first."""
    for place in draft.find("cm", CMCAT="ANTITHROMBOTIC"):
        entered = draft.course.conduct.last_day * DAY + 600
        row = draft.read("cm", place)
        draft.change("cm", place, UPDDTC="")
        draft.copy("cm", place, CMDOSE=str(2 * int(row["CMDOSE"])), UPDDTC=format_minute(entered))
        return draft.spot("cm", place, "CMSEQ")
    return None


def _treat_the_dead(draft: Draft) -> Spot | None:
    death = draft.course.conduct.death
    if death is None:
        return None
    for place in draft.find("cm", CMCAT="ANTITHROMBOTIC"):
        return _late_drug(draft, place, death + 5)
    return None


def _record_after_withdrawal(draft: Draft) -> Spot | None:
    if "WITHDRAW_DATA_USE" not in draft.course.conduct.roles:
        return None
    for place in draft.find("cm", CMCAT="ANTITHROMBOTIC"):
        return _late_drug(draft, place, draft.course.conduct.end + 9)
    return None


def _late_drug(draft: Draft, place: int, day: int) -> Spot:
    new = draft.copy(
        "cm",
        place,
        CMSEQ=draft.next_number("cm", "CMSEQ"),
        CMSTDTC=format_day(day),
        ENTRYDTC=format_minute((day + 2) * DAY + 600),
        UPDDTC="",
    )
    return draft.spot("cm", new, "CMSEQ", "CMSTDTC")


def _shift_visit(draft: Draft) -> Spot | None:
    """A visit dated two days before everything that was done at it."""
    for place in draft.find("sv", VISIT="M12", SVSTAT="DONE", SVTYPE="ONSITE"):
        day = parse_day(draft.read("sv", place)["SVSTDTC"])
        draft.change("sv", place, SVSTDTC=format_day(day - 2))
        return draft.spot("sv", place, "VISIT SVSEQ")
    return None


def _forget_deviation(draft: Draft) -> Spot | None:
    for place in draft.find("dv", DVCAT="VISIT_WINDOW"):
        row = draft.read("dv", place)
        visit = next(name for name in TARGETS if name in row["DVTERM"])
        visits = draft.find("sv", VISIT=visit)
        if visits:
            draft.drop("dv", place)
            draft.change("sv", visits[0])
            return draft.spot("sv", visits[0], "VISIT SVSEQ", "SVSTDTC")
    return None


def _forget_visit(draft: Draft) -> Spot | None:
    """A visit that was never entered: no row and no values."""
    if draft.course.conduct.end_reason != "COMPLETED":
        return None
    visit = draft.find("sv", VISIT="M06", SVSTAT="DONE")
    if not visit:
        return None
    for table in ("qs", "lb", "vs"):
        places = draft.find(table, VISIT="M06")
        if len(places) < sum(row["VISIT"] == "M06" for row in draft.all_rows(table)):
            return None  # another error lies in there
    for table in ("qs", "lb", "vs"):
        draft.drop(table, *draft.find(table, VISIT="M06"))
    draft.drop("sv", visit[0])
    return Spot("sv", "VISIT=M06")


def _end_twice(draft: Draft) -> Spot | None:
    if draft.course.conduct.end_reason != "COMPLETED":
        return None
    for place in draft.find("ds", DSCAT="DISPOSITION", DSSCAT="STUDY"):
        number, day = draft.next_number("ds", "DSSEQ"), draft.course.conduct.end + 1
        new = draft.copy("ds", place, DSSEQ=number, DSSTDTC=format_day(day))
        entered = format_minute((day + 1) * DAY + 600)
        draft.change("ds", new, ENTRYDTC=entered, UPDDTC="")
        return draft.spot("ds", new, "DSSEQ")
    return None


def _mistake_sex(draft: Draft) -> Spot | None:
    if draft.course.person.sex != "F":
        return None
    for place in draft.find("mh"):
        draft.change("mh", place, MHTERM="enlarged prostate", MHDECOD="Prostate enlargement")
        return draft.spot("mh", place, "MHSEQ", "MHDECOD")
    return None


def _misnumber(draft: Draft) -> Spot | None:
    for place in draft.find("rand"):
        number = FAR_NUMBER + (draft.course.person.slot.rank or 0)
        draft.change("rand", place, RANDNO=f"R{number}")
        return draft.spot("rand", place, "", "RANDNO")
    return None


CONDUCT_ERRORS = (
    Planter("C44", _record_after_withdrawal, rare=True),
    Planter("C19", _treat_the_dead, rare=True),
    Planter("C40", _forget_deviation, rare=True),
    Planter("C47", _mistake_sex),
    Planter("C04", _fail_criterion),
    Planter("STRUCT-SENTINEL", _leave_sentinel),
    Planter("C50", _misnumber),
    Planter("C41", _forget_visit),
    Planter("C43", _end_twice),
    Planter("C01", _lend_record),
    Planter("C02", _shift_randomisation),
    Planter("C39", _shift_visit),
    Planter("C05", _mistype_age),
    Planter("STRUCT-TYPE", _write_word),
    Planter("STRUCT-TERM", _use_other_term),
    Planter("STRUCT-DUP", _repeat_row),
    Planter("STRUCT-KEY", _reuse_key),
)
