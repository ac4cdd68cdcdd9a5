"""What an instrument asks and how it is scored, as plain text for a terminal."""

from helpers.scales.command.options import ScoreOptions
from helpers.scales.items.read import Item
from helpers.scales.registry import DEFAULTS, Instrument, Parameter, find_instrument
from helpers.scales.sf36_norms import builtin_norms

RULES = {
    "NIHSS": (
        "A blank item makes the total missing; sum_available adds what is there.",
        "UN (untestable) is legal on 5a 5b 6a 6b 7 10; it adds 0 and lowers max_attainable.",
        "The old code 9 on those items is read as UN, with a note.",
        "Coma (1a = 3): item 8 must be 2 and item 9 must be 3, or coma_inconsistent is 1.",
        "severity: none 0, minor 1-4, moderate 5-15, moderate_to_severe 16-20, severe 21-42.",
        "Public domain.",
    ),
    "FIM": (
        "NT (not testable) and 0 (did not occur) score 1 and are counted in n_special.",
        "A blank item makes its domain, motor or cognitive sum and the total missing.",
        "FIM is a trademark of UDSMR; a licence is needed, and no wording is given here.",
    ),
    "MAS": (
        "Grades are text. A numeric column is refused: 1+ may have been read as 1.",
        "Codings of 1+: one_point_five (default) or ordinal_0_5 (ranks 0-5); both are printed.",
        "A limb mean needs at least 2 rated groups (a default of this project, not published).",
        "all_mean needs both limb means; sum_05 needs every group.",
        "Bohannon and Smith 1987; free to use.",
    ),
    "FMA": (
        "Reflex items 01 and 02 are 0 or 2.",
        "Gate: ue18 counts only when ue15, ue16, ue17 are all 2; le14 only when le12, le13 are.",
        "A closed gate counts 0, also when blank; a value above 0 is a gate violation.",
        "Any other blank makes its part, limb and motor total missing.",
        "Fugl-Meyer 1975; protocols of the University of Gothenburg; free of charge.",
    ),
    "SF36": (
        "Versions: rand, v1, v2; never mixed within a report.",
        "rand: mean of the answered items; <scale>_half needs half of them.",
        "v1, v2: half of a scale's items must be answered; blanks take the participant's mean.",
        "PCS and MCS need all eight scales.",
        "SF-36 is a trademark of QualityMetric; a licence is needed, no wording is given here.",
        "The rand scoring is of the RAND 36-Item Health Survey and must be called so.",
    ),
}


def describe_instrument(name: str, *, options: ScoreOptions = DEFAULTS) -> str:
    """Items, legal answers, scores and rules of an instrument.

    Parameters
    ----------
    name : `nihss fim mas fugl_meyer sf36`
    options : the scoring in force

    Raises
    ------
    ItemsError
        Unknown instrument.
    """
    instrument = find_instrument(name, options)
    lines = [
        instrument.label,
        instrument.rule,
        "",
        "Items (column, answers, label)",
        *_list_items(instrument),
        "",
        "Scores for analysis (PARAMCD, range, better, label)",
        *[_say_parameter(parameter) for parameter in instrument.parameters],
        "",
        "Rules",
        *[f"  {rule}" for rule in RULES[instrument.qscat]],
        "  An answer outside the list counts as blank and is named in the note.",
    ]
    if instrument.qscat == "SF36":
        lines += ["", "Norms", *_list_norms()]
    return "\n".join(lines) + "\n"


def _list_items(instrument: Instrument) -> list[str]:
    width = max(len(code) for code in instrument.codes)
    return [
        f"  {item.code:<{width}}  {_say_answers(item):<14}  {item.label}"
        for item in instrument.items
    ]


def _say_answers(item: Item) -> str:
    if item.limits is not None:
        return f"{item.limits[0]:g} to {item.limits[1]:g}"
    return " ".join(item.allowed)


def _say_parameter(parameter: Parameter) -> str:
    limits = f"{parameter.low:.4g} to {parameter.high:.4g}"
    better = "higher" if parameter.direction > 0 else "lower"
    return f"  {parameter.paramcd:<9} {limits:<16} {better:<7} {parameter.label}"


def _list_norms() -> list[str]:
    return [
        f"  {norms.name:<16} {norms.version}, {norms.recall}: {norms.source}"
        for norms in builtin_norms().values()
    ]
