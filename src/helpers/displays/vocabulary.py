"""Statistics of results.csv: the closed list of their names, each with its unit and meaning."""

from collections.abc import Mapping
from typing import NamedTuple


class Statistic(NamedTuple):
    """Unit of a statistic and what it is."""

    unit: str
    meaning: str


OF_DATA = "unit of the data"
PROPORTION_OR_DATA = (
    "proportion of a share or of a difference of shares; ratio of ODDS_RATIO; else unit of the data"
)

STATISTICS: Mapping[str, Statistic] = {
    "n": Statistic("participants", "participants; beside `total` what that counts"),
    "N": Statistic(
        "participants",
        "denominator of `pct`: participants of the population in that arm to whom the row applies",
    ),
    "n_value": Statistic("participants", "denominator of `pct`: those with a value"),
    "total": Statistic(
        "as `n`", "denominator of `pct` that is not participants: forms, doses, queries"
    ),
    "pct": Statistic("percent", "100 x `n` / its denominator"),
    "events": Statistic("events", "events, of a monitor participants with an event of its rule"),
    "at_risk": Statistic(
        "participants", "under observation without the event at a day's beginning"
    ),
    "fewest_at_risk": Statistic(
        "participants", "at risk on the day with an event by then on which they were fewest"
    ),
    "censored": Statistic("participants", "whose follow-up ended before without the event"),
    "competing": Statistic("participants", "who died before without the event"),
    "person_years": Statistic("years", "participant-years of follow-up or at risk"),
    "days": Statistic("days", "days, from the first to the second of two dates"),
    "count": Statistic("number", "number of things that are not participants: lots, planned ones"),
    "fraction": Statistic("proportion", "information fraction"),
    "evaluable": Statistic("participants", "participants evaluable for a stopping rule"),
    "alert_at": Statistic("events", "fewest events at which the rule alerts"),
    "bound": Statistic("events", "fewest events at which the frequentist companion alerts"),
    "measured": Statistic(OF_DATA, "one value of one participant"),
    "grade": Statistic("1 to 5", "worst toxicity grade of one participant; empty where unknown"),
    "mean": Statistic(OF_DATA, "arithmetic mean"),
    "sd": Statistic(OF_DATA, "standard deviation (n - 1)"),
    "median": Statistic(OF_DATA, "median, type 7"),
    "q1": Statistic(OF_DATA, "first quartile, type 7"),
    "q3": Statistic(OF_DATA, "third quartile, type 7"),
    "min": Statistic(OF_DATA, "smallest value; of a count given as a step, its lower end"),
    "max": Statistic(OF_DATA, "largest value"),
    "floor_pct": Statistic("percent", "values at the lowest possible score"),
    "ceiling_pct": Statistic("percent", "values at the highest possible score"),
    "correlation": Statistic("-1 to 1", "correlation; `method` names it"),
    "estimate": Statistic(PROPORTION_OR_DATA, "point estimate; `method` names it"),
    "values": Statistic("number", "values in a model, one per participant and visit"),
    "condition": Statistic("number", "condition number of the estimated correlation over visits"),
    "boundary_z": Statistic("number", "z at or beyond which the boundary of a look is crossed"),
    "boundary_p": Statistic(
        "0 to 1", "p, two-sided or one-sided as the test, at or below which a look is crossed"
    ),
    "spent": Statistic("0 to 1", "type I error spent up to and with a look"),
    "z": Statistic(
        "number",
        "standard normal equivalent of `p_adjusted`, positive in favour of the first arm; of a "
        "one-sided p above 0.5 negative",
    ),
    "power": Statistic(
        "0 to 1", "probability to end at or beyond the bound of the last look; `category` says how"
    ),
    "variance": Statistic(
        "square of the unit of data", "larger variance of the key differences, as information"
    ),
    "variance_planned": Statistic(
        "square of the unit of data", "variance of a key difference planned for the end"
    ),
    "se": Statistic("unit of `estimate`", "standard error"),
    "df": Statistic("number", "degrees of freedom"),
    "t": Statistic("number", "t statistic"),
    "lower": Statistic(
        "unit of `estimate`, `rate`, `shift` or `effect`", "lower end of the confidence interval"
    ),
    "upper": Statistic(
        "unit of `estimate`, `rate`, `shift` or `effect`", "upper end of the confidence interval"
    ),
    "p": Statistic("0 to 1", "two-sided p value"),
    "p_adjusted": Statistic(
        "0 to 1", "p value of the key family; `method` says how it is adjusted, and if one-sided"
    ),
    "rate": Statistic("per 100 participant-years", "events per participant-time"),
    "ratio": Statistic("number", "ratio of two numbers"),
    "shift": Statistic(OF_DATA, "Hodges-Lehmann shift"),
    "effect": Statistic("0 to 1", "relative effect (Brunner-Munzel)"),
    "difference": Statistic("standard deviations", "standardised difference"),
    "posterior_mean": Statistic("proportion", "posterior mean of the rate under a stopping rule"),
    "prob_above": Statistic("0 to 1", "posterior probability that the rate exceeds its limit"),
    "prob_alert": Statistic("0 to 1", "probability that a stopping rule alerts"),
    "expected_n": Statistic("participants", "expected participants until an alert or the last one"),
    "p_better": Statistic("0 to 1", "probability of a difference better than 0, given a prior"),
    "p_mcid": Statistic(
        "0 to 1", "probability of a difference better than the response threshold, given a prior"
    ),
    "shrinkage": Statistic("number", "posterior mean of a difference over its model estimate"),
    "density": Statistic("per unit of proportion", "probability density of the rate"),
}

DENOMINATORS = ("N", "n_value", "total")


def find_denominator(statistics: Mapping[str, float]) -> float:
    """What `n` is taken from.

    Raises
    ------
    KeyError
        If the row has no denominator.
    """
    name = next((name for name in DENOMINATORS if name in statistics), DENOMINATORS[0])
    return statistics[name]


def tabulate_statistics() -> list[str]:
    """Lines of the Markdown table of docs/results.md: every statistic with unit and meaning."""
    head = ["| statistic | unit | meaning |", "|---|---|---|"]
    rows = [f"| `{name}` | {about.unit} | {about.meaning} |" for name, about in STATISTICS.items()]
    return head + rows
