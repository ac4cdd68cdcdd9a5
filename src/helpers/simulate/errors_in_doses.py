"""Planted errors about administrations and the vital signs around them."""

from helpers.simulate.dates import format_minute, parse_minute
from helpers.simulate.doses import ROUTES
from helpers.simulate.planting import Draft, Planter, Spot

INTERVAL_LIMIT = 106  # days between the doses
SHORTEST = 93  # an interval that a slip of two weeks takes over the limit
NAMES = {route: arm for arm, route in ROUTES.items()}


def _given(draft: Draft, number: str) -> list[int]:
    """Places of a given, unchanged dose; none for a participant with a deviation about a dose."""
    if any(row["DVCAT"] in ("DOSE", "DOSE_INTERVAL") for row in draft.all_rows("dv")):
        return []
    return draft.find("ex", DOSENUM=number, EXOCCUR="Y", EXADJ="NONE")


def _change_route(draft: Draft) -> Spot | None:
    for place in _given(draft, "2"):
        route = draft.read("ex", place)["EXROUTE"]
        other = next(one for one in NAMES if one != route)
        draft.change("ex", place, EXROUTE=other)
        return draft.spot("ex", place, "EXSEQ", "EXROUTE")
    return None


def _end_before_start(draft: Draft) -> Spot | None:
    for place in _given(draft, "2"):
        start = parse_minute(draft.read("ex", place)["EXSTDTC"])
        draft.change("ex", place, EXENDTC=format_minute(start - 35))
        return draft.spot("ex", place, "EXSEQ", "EXENDTC")
    return None


def _plan_too_much(draft: Draft) -> Spot | None:
    for place in _given(draft, "1"):
        plan = float(draft.read("ex", place)["EXPLAN"])
        draft.change("ex", place, EXPLAN=f"{1.06 * plan:.1f}")
        return draft.spot("ex", place, "EXSEQ", "EXPLAN")
    return None


def _mistype_second_day(draft: Draft) -> Spot | None:
    """A second dose dated some days too late, over the limit of the interval."""
    if len(draft.course.doses) < 2 or draft.course.conduct.death is not None:
        return None
    first, second = (dose.start for dose in draft.course.doses)
    interval = second // 1440 - first // 1440
    if not SHORTEST <= interval <= INTERVAL_LIMIT:
        return None
    for place in _given(draft, "2"):
        shift = 1440 * (INTERVAL_LIMIT + 2 - interval)
        row = draft.read("ex", place)
        names = ("EXSTDTC", "EXENDTC", "EXTHAWDTC")
        later = {name: format_minute(parse_minute(row[name]) + shift) for name in names}
        entered = max(row["ENTRYDTC"], format_minute(second + shift + 60))
        draft.change("ex", place, **later, ENTRYDTC=entered, UPDDTC="")
        return draft.spot("ex", place, "EXSEQ", "EXSTDTC")
    return None


def _forget_lot(draft: Draft) -> Spot | None:
    for place in _given(draft, "1"):
        draft.change("ex", place, EXLOT="")
        return draft.spot("ex", place, "EXSEQ", "EXLOT")
    return None


def _mistime_vitals(draft: Draft) -> Spot | None:
    places = draft.find("vs_dose", DOSENUM="1", VSTPT="H1", VSSTAT="")
    if not places:
        return None
    for place in places:
        when = parse_minute(draft.read("vs_dose", place)["VSDTC"])
        draft.change("vs_dose", place, VSDTC=format_minute(when + 50))
    return draft.spot("vs_dose", places[0], "VISIT DOSENUM VSTPT VSDTC", "VSDTC")


def _forget_vitals(draft: Draft) -> Spot | None:
    places = draft.find("vs_dose", DOSENUM="2", VSTPT="H24", VSSTAT="")
    if not places:
        return None
    draft.drop("vs_dose", *places)
    return Spot("vs_dose", "DOSENUM=2 VSTPT=H24")


DOSE_ERRORS = (
    Planter("C12", _mistype_second_day, rare=True),
    Planter("C08", _change_route),
    Planter("C10", _plan_too_much),
    Planter("C37", _mistime_vitals),
    Planter("C09", _end_before_start),
    Planter("C13", _forget_lot),
    Planter("C38", _forget_vitals),
)
