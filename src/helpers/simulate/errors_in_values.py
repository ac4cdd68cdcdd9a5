"""Planted errors about questionnaires, laboratory values and vital signs at visits."""

from statistics import median

from helpers.simulate.dates import format_minute, parse_minute
from helpers.simulate.instruments import INSTRUMENTS
from helpers.simulate.planting import Draft, Planter, Spot
from helpers.simulate.scores import ENTRY_NIHSS

FORM_KEY, ITEM_KEY = "VISIT QSCAT QSDTC", "VISIT QSCAT QSTESTCD QSDTC"
UREA_LIMIT = 75  # mmol/L; more would be impossible, not only odd
LAB_KEY, SIGN_KEY = "VISIT LBSPEC LBTESTCD LBDTC", "VISIT VSTESTCD VSDTC"


def _whole_form(draft: Draft, visit: str, name: str) -> list[int]:
    """Places of a form in which every item has an answer; empty where one is missing."""
    places = draft.find("qs", VISIT=visit, QSCAT=name, QSSTAT="")
    return places if len(places) == len(INSTRUMENTS[name].codes) else []


def _enter_too_well(draft: Draft) -> Spot | None:
    """Points taken off the baseline NIHSS until it is one below the limit."""
    places = _whole_form(draft, "BL", "NIHSS")
    points = {place: draft.read("qs", place)["QSORRES"] for place in places}
    if not places or not all(text.isdigit() for text in points.values()):
        return None
    too_many = sum(int(text) for text in points.values()) - ENTRY_NIHSS + 1
    if too_many > 4:
        return None
    for place, text in points.items():
        less = min(int(text), too_many)
        draft.change("qs", place, QSORRES=str(int(text) - less))
        too_many -= less
    return draft.spot("qs", places[0], FORM_KEY)


def _write_impossible_item(draft: Draft) -> Spot | None:
    for place in draft.find("qs", VISIT="M03", QSCAT="FIM", QSTESTCD="fim13_stairs", QSSTAT=""):
        draft.change("qs", place, QSORRES="8")
        return draft.spot("qs", place, ITEM_KEY, "QSORRES")
    return None


def _lose_items(draft: Draft) -> Spot | None:
    places = _whole_form(draft, "M03", "FIM")
    if not places:
        return None
    draft.drop("qs", *places[6:9])
    draft.change("qs", places[0])
    return draft.spot("qs", places[0], FORM_KEY)


def _unblind_rater(draft: Draft) -> Spot | None:
    places = draft.find("qs", VISIT="M06", QSCAT="MAS", QSSTAT="")
    for place in places:
        draft.change("qs", place, QSEVALBL="N")
    return draft.spot("qs", places[0], FORM_KEY) if places else None


def _copy_form(draft: Draft) -> Spot | None:
    """Month 6 filled in from month 3."""
    before, after = (_whole_form(draft, visit, "FIM") for visit in ("M03", "M06"))
    if not before or not after:
        return None
    for source, target in zip(before, after, strict=True):
        draft.change("qs", target, QSORRES=draft.read("qs", source)["QSORRES"])
        draft.change("qs", source)
    return draft.spot("qs", after[0], FORM_KEY)


def _results(draft: Draft, visit: str, test: str, unit: str) -> list[int]:
    return draft.find("lb", VISIT=visit, LBTESTCD=test, LBSTAT="", LBORRESU=unit)


def _write_odd_unit(draft: Draft) -> Spot | None:
    for place in _results(draft, "M06", "GLUC", "mmol/L"):
        draft.change("lb", place, LBORRESU="mg%")
        return draft.spot("lb", place, LAB_KEY, "LBORRES")
    return None


def _lose_decimal_point(draft: Draft) -> Spot | None:
    """Urea ten times what it usually is in this participant."""
    usual = [
        float(row["LBORRES"])
        for row in draft.all_rows("lb")
        if (row["LBTESTCD"], row["LBORRESU"]) == ("UREA", "mmol/L")
    ]
    for place in _results(draft, "M12", "UREA", "mmol/L"):
        if len(usual) > 3 and median(usual) < UREA_LIMIT / 10:
            draft.change("lb", place, LBORRES=f"{10 * median(usual):.0f}")
            return draft.spot("lb", place, LAB_KEY, "LBORRES")
    return None


def _swap_limits(draft: Draft) -> Spot | None:
    for place in _results(draft, "M03", "ALB", "g/L"):
        row = draft.read("lb", place)
        draft.change("lb", place, LBORNRLO=row["LBORNRHI"], LBORNRHI=row["LBORNRLO"])
        return draft.spot("lb", place, LAB_KEY, "LBORNRLO")
    return None


def _enter_before_it_happened(draft: Draft) -> Spot | None:
    for place in _results(draft, "M03", "ALP", "U/L"):
        when = parse_minute(draft.read("lb", place)["LBDTC"])
        draft.change("lb", place, ENTRYDTC=format_minute(when - 6 * 1440), UPDDTC="")
        return draft.spot("lb", place, "VISIT LBSPEC LBDTC", "LBDTC")
    return None


def _sign(draft: Draft, visit: str, sign: str, unit: str, value: str) -> Spot | None:
    for place in draft.find("vs", VISIT=visit, VSTESTCD=sign, VSORRESU=unit):
        draft.change("vs", place, VSORRES=value)
        return draft.spot("vs", place, SIGN_KEY, "VSORRES")
    return None


def _write_impossible_pulse(draft: Draft) -> Spot | None:
    return _sign(draft, "SCR", "PULSE", "/min", "715")


def _lose_digit_of_pulse(draft: Draft) -> Spot | None:
    return _sign(draft, "M06", "PULSE", "/min", "27")


def _lose_digit_of_haemoglobin(draft: Draft) -> Spot | None:
    for place in _results(draft, "M06", "HGB", "g/L"):
        draft.change("lb", place, LBORRES="28")
        return draft.spot("lb", place, LAB_KEY, "LBORRES")
    return None


def _forget_fever(draft: Draft) -> Spot | None:
    return _sign(draft, "M12", "TEMP", "C", "39.4")


def _gain_weight(draft: Draft) -> Spot | None:
    heavier = f"{1.25 * draft.course.person.weight:.1f}"
    return _sign(draft, "M06", "WEIGHT", "kg", heavier)


VALUE_ERRORS = (
    Planter("C07", _enter_too_well, rare=True),
    Planter("C28", _write_impossible_item),
    Planter("C33", _write_odd_unit),
    Planter("C36", _write_impossible_pulse),
    Planter("C29", _lose_items),
    Planter("C34", _lose_decimal_point),
    Planter("C24", _forget_fever),
    Planter("C32", _unblind_rater),
    Planter("C48", _enter_before_it_happened),
    Planter("C45", _gain_weight),
    Planter("C51", _copy_form),
    Planter("C35", _swap_limits),
    # beside the others, which so stay where they are
    Planter("C33b", _lose_digit_of_haemoglobin, rare=True),
    Planter("C36b", _lose_digit_of_pulse, rare=True),
)
