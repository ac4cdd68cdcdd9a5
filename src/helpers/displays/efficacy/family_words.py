"""How the formal family of an interim is spoken of: its test, its intervals, its error."""

import math
from collections.abc import Mapping

from helpers.displays.formats import format_level
from helpers.params.interim import Interim

CATEGORIES = {"dunnett": "LSMEAN.DUNNETT", "hochberg": "LSMEAN.HOCHBERG", "none": "LSMEAN.SINGLE"}
METHODS = {"dunnett": "dunnett", "hochberg": "hochberg", "none": "not adjusted"}
ADJUSTED = {"dunnett": "Dunnett-adjusted ", "hochberg": "Hochberg-adjusted ", "none": ""}
LIMITS = {"dunnett": "Dunnett-adjusted ", "hochberg": "Bonferroni-adjusted ", "none": ""}
ALONE = ", not adjusted for the arms"
# of an interval beside a bound that is not crossed
NO_CROSSING = "the interval leaves out 0, but is not adjusted for the looks: no crossing"
# of two contrasts, two looks, alpha 0.05 two-sided or 0.025 one-sided, by simulation
ERRORS = {
    ("dunnett", 2): "0.0501 to 0.0507",
    ("hochberg", 2): "0.0481 to 0.0491",
    ("dunnett", 1): "0.0252 to 0.0256",
    ("hochberg", 1): "0.0242 to 0.0247",
}


def find_category(interim: Interim) -> str:
    """Category of the family's results in results.csv."""
    return CATEGORIES[interim.multiplicity]


def describe_family_method(interim: Interim) -> str:
    """Method of the family's results in results.csv: `dunnett`, `hochberg, one-sided`."""
    one = ", one-sided" if interim.sides == 1 else ""
    return f"{METHODS[interim.multiplicity]}{one}"


def name_p(interim: Interim) -> str:
    """The p that is held against the bound: `Dunnett-adjusted p`."""
    one = "one-sided " if interim.sides == 1 else ""
    alone = ALONE if interim.multiplicity == "none" else ""
    return f"{ADJUSTED[interim.multiplicity]}{one}p{alone}"


def name_interval(interim: Interim) -> str:
    """The interval beside that p: `Dunnett-adjusted 95% CI`."""
    alone = ALONE if interim.multiplicity == "none" else ""
    return f"{LIMITS[interim.multiplicity]}{format_level(interim.interval_level)} CI{alone}"


def name_z(interim: Interim) -> str:
    """What stands for a contrast on the scale of the bounds."""
    return "|Z|" if interim.sides == 2 else "Z"


def name_adjusted_p(interim: Interim) -> str:
    """The p in a sentence: `adjusted p`, or `p` where nothing is adjusted."""
    return "p" if interim.multiplicity == "none" else "adjusted p"


def describe_alpha(interim: Interim) -> str:
    """The error of the family: `two-sided 5%`."""
    level = format_level(interim.alpha_total)
    if interim.sides == 2:
        return f"two-sided {level}"
    return f"one-sided {level} in the direction of benefit"


def describe_adjustment(interim: Interim) -> str:
    """How the contrasts are adjusted for each other: `adjusted by Dunnett`."""
    known = {"dunnett": "adjusted by Dunnett", "hochberg": "adjusted by Hochberg"}
    return known.get(interim.multiplicity, "not adjusted for each other")


def state_adjustment(interim: Interim) -> str:
    """How p and interval of the family are made."""
    said = {
        "dunnett": "adjusted by Dunnett (multivariate t with the correlation of the model and the "
        "smallest df).",
        "hochberg": "p adjusted by Hochberg, each contrast with its own df. No interval belongs to "
        "that test: those shown are simultaneous by Bonferroni, and one may contain 0 where the "
        "adjusted p is at or below the bound.",
        "none": "not adjusted for each other.",
    }
    return said[interim.multiplicity]


def state_sides(interim: Interim) -> str:
    """What a one-sided test cannot show, and how its intervals are read; empty of two sides."""
    if interim.sides == 2:
        return ""
    levels = (interim.alpha_total, interim.interval_level, interim.family_level)
    alpha, level, end = (format_level(x) for x in levels)
    return (
        f"The test is one-sided, in the direction of benefit, at {alpha}: a difference in favour "
        f"of the control crosses no bound, however large. Intervals are two-sided {level}: each "
        f"end by itself is a one-sided {end} limit."
    )


def state_uncontrolled(interim: Interim, contrasts: int) -> str:
    """That several comparisons are made at the level of one; empty where they are adjusted."""
    if interim.multiplicity != "none" or contrasts < 2:
        return ""
    most = format_level(min(contrasts * interim.alpha_total, 1.0))
    return (
        f"The family-wise error is not controlled: {contrasts} comparisons, each at "
        f"{format_level(interim.alpha_total)} by itself, so that the chance that one of them "
        f"crosses without any effect is up to {most}."
    )


def state_held(interim: Interim) -> str:
    """That the p of the family is held against the bound of one contrast, and what that costs."""
    if interim.multiplicity == "none":
        return "The p of each contrast is held against it."
    return f"The adjusted p is held against it, which is {describe_approximation(interim)}."


def state_uncrossable(z: float, note: str) -> str:
    """Why nothing can cross at a look, by its bound and note; empty where something can."""
    if math.isfinite(z):
        return ""
    why = "nothing to spend" if note.startswith("nothing to spend") else "no new information"
    return f"{why}: nothing can cross at this look"


def leaves_out_0(row: Mapping[str, float]) -> bool:
    """Whether an interval lies off 0; not where there is none."""
    return row.get("lower", math.nan) > 0 or row.get("upper", math.nan) < 0


def describe_approximation(interim: Interim) -> str:
    """How near the family-wise error comes to that planned, where it was simulated."""
    known = interim.alpha_total == 0.05 / (3 - interim.sides)
    error = ERRORS[interim.multiplicity, interim.sides]
    return f"an approximation{f' (family-wise error {error})' if known else ''}"
