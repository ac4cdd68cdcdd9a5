"""The formal family of a look: its contrasts with the control at the key visit.

Source: Dunnett, JASA 1955;50:1096-1121; Jennison and Turnbull, Group Sequential Methods (2000).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from scipy.stats import norm, t

from helpers.models.looks import Look
from helpers.models.repeated_measures import ScoreModel, adjust_family, name_contrast
from helpers.stats.estimates import NAN, Estimate
from helpers.stats.multiplicity.family_rule import FamilyRule
from helpers.stats.sequential import estimate_stagewise
from helpers.stats.sequential.equivalent import find_equivalent_z
from helpers.stats.sequential.stagewise import METHOD
from helpers.view import ArmView, ClosedView


@dataclass(frozen=True)
class Compared:
    """One contrast of the family at one look; NaN throughout where it is not estimable.

    Attributes
    ----------
    label, arm : the contrast, and the code of the arm named first.
    estimate, se, df, lower, upper : the difference, with its interval by the rule of the family.
    p_adjusted : by the rule of the family; two-sided, or one-sided in the direction of benefit.
    z : standard normal equivalent of `p_adjusted`, positive for benefit; of a one-sided p above
        0.5 negative.
    wald : estimate / se, positive for benefit.
    """

    label: str
    arm: str
    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p_adjusted: float
    z: float
    wald: float

    def crosses(self, look: Look) -> bool:
        """Whether it is at or beyond a look's bound; of one side in favour of benefit alone."""
        return self.p_adjusted <= look.nominal_p


class Planned(NamedTuple):
    """What is compared, and how: visit, control, contrasts (label, arm, reference), rule."""

    visit: str
    control: str
    contrasts: tuple[tuple[str, str, str], ...]
    rule: FamilyRule

    @property
    def direction(self) -> int:
        """1 where a larger value of the score is better, else -1."""
        return self.rule.direction


def read_planned(view: ClosedView) -> Planned | None:
    """The family as planned; None without a key score and visit, or without a control."""
    interim, control = view.interim, view.trial.control
    if interim.key_param is None or interim.key_visit is None or control is None:
        return None
    family = tuple(contrast for contrast in view.contrasts if contrast[2] == control)
    return Planned(interim.key_visit, control, family, read_rule(view, interim.key_param))


def read_rule(view: ArmView, code: str) -> FamilyRule:
    """How the family of the interim is adjusted, of a test of this score."""
    interim = view.interim
    return FamilyRule(interim.multiplicity, interim.sides, view.trial.scores[code].direction)


def compare_family(planned: Planned, model: ScoreModel, level: float) -> list[Compared]:
    """Every contrast of the family, with limits at a level, of one side that of each end."""
    table = adjust_family(model, planned.visit, planned.control, level, planned.rule)
    return [_read(table, contrast, planned.rule) for contrast in planned.contrasts]


def _read(table: pd.DataFrame, contrast: tuple[str, str, str], rule: FamilyRule) -> Compared:
    label, arm, reference = contrast
    place = name_contrast(arm, reference)
    names = ("estimate", "se", "df", "lower", "upper", "p_adjusted")
    row = table.loc[place] if place in table.index else dict.fromkeys(names, NAN)
    values = {name: float(row[name]) for name in names}
    effect = rule.direction * values["estimate"]
    wald = effect / values["se"] if values["se"] > 0 else NAN
    z = find_equivalent_z(values["p_adjusted"], effect, sides=rule.sides)
    return Compared(label, arm, **values, z=z, wald=wald)


class History(NamedTuple):
    """The earlier looks and this one, in order, and where a contrast crossed at the earlier ones.

    `critical` is the |t| at or beyond which it crosses, one for each earlier look.
    """

    looks: tuple[Look, ...]
    critical: tuple[float, ...]


def estimate_after_looks(
    compared: Compared, history: History, rule: FamilyRule, level: float
) -> Estimate:
    """Median-unbiased difference and interval, allowing for the looks before.

    The SE is taken as large as gives the t interval of a single look as a normal one.

    Parameters
    ----------
    compared : the contrast at this look.
    rule : of the family: sides of its bounds, direction of benefit.
    level : confidence level of the interval, which is two-sided.
    """
    times, now = [look.t for look in history.looks], history.looks[-1]
    if any(late <= early for early, late in pairwise([0.0, *times])):
        return Estimate(NAN, NAN, NAN, level, METHOD, "no new information since the look before")
    bounds = [_as_z(critical, compared.df) for critical in history.critical]
    wider = _compare_quantiles(compared.df, level)
    found = estimate_stagewise(compared.wald / wider, times, bounds, level=level, sides=rule.sides)
    scale = compared.se * wider * now.t**0.5
    ends = Estimate(
        found.estimate * scale,
        found.lower * scale,
        found.upper * scale,
        found.level,
        found.method,
        found.note,
    )
    return ends if rule.direction > 0 else ends.mirrored()


def find_critical(planned: Planned, model: ScoreModel, look: Look) -> dict[str, float]:
    """T at or beyond which each contrast by itself crosses a look's bound, by label.

    By Hochberg that of Bonferroni: a contrast may cross a little below it, where others cross too.
    """
    if look.nominal_p <= 0:
        return {label: float("inf") for label, _, _ in planned.contrasts}
    found = compare_family(planned, model, 1 - look.nominal_p)
    return {own.label: (own.upper - own.estimate) / own.se for own in found}


def _as_z(critical: float, df: float) -> float:
    """The standard normal statistic as unlikely as a t statistic."""
    return float(norm.isf(t.sf(critical, df)))


def _compare_quantiles(df: float, level: float) -> float:
    """How much wider an interval by t is than one by the normal distribution."""
    tail = (1 - level) / 2
    return float(t.isf(tail, df) / norm.isf(tail))
