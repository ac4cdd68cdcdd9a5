"""Rows of a model of one score: whose values at which visits, with baseline and covariates.

Source: estimands of ICH E9(R1): which values enter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.errors import UsageError
from helpers.params.words import nearest
from helpers.view import ArmView

FEWEST = 3  # values of every arm at a visit that enters the model
SUBJECT, ARM, VISIT, CHANGE, BASE = "USUBJID", "ARM", "AVISIT", "CHG", "BASE"


class Selection(NamedTuple):
    """Which values of a score enter a model, and which covariates with them.

    Attributes
    ----------
    population : name of the population, such as ITT.
    left_out_after : codes of intercurrent events (ICEREAS of adeff); values after one are left out.
    covariates : variables of adsl.
    """

    population: str
    left_out_after: frozenset[str] = frozenset()
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoreRows:
    """Values of one score that a model is fitted to.

    Attributes
    ----------
    frame : one row per participant and modelled visit: USUBJID, ARM and AVISIT (categories in the
        order of the trial, the control first), CHG, BASE and the covariates.
    counts : values by planned visit (rows) and arm (columns), modelled or not.
    arms : arms in the model, the control first.
    visits : modelled visits, in order.
    """

    frame: pd.DataFrame
    counts: pd.DataFrame
    arms: tuple[str, ...]
    visits: tuple[str, ...]

    @property
    def empty_arms(self) -> list[str]:
        """Arms without any value after baseline: they are not in the model."""
        return [arm for arm in self.counts.columns if arm not in self.arms]

    @property
    def other_visits(self) -> list[str]:
        """Planned visits that are not in the model."""
        return [visit for visit in self.counts.index if visit not in self.visits]


def build_score_rows(view: ArmView, code: str, selection: Selection) -> ScoreRows:
    """Changes of a score from baseline for a model that compares arms.

    A visit enters when every arm with a value has at least three values there.
    """
    values = read_changes(view, code, selection)
    counts = count_values(view, code, values)
    return choose_visits(values, counts)


def read_changes(view: ArmView, code: str, selection: Selection) -> pd.DataFrame:
    """One row per participant and planned visit after baseline with a change.

    Returns
    -------
    USUBJID, ARM, AVISIT, AVAL, CHG, BASE and the covariates; ARM as in the population.
    """
    rows = view["adeff"]
    kept = (
        (rows["PARAMCD"] == code)
        & (rows["ANL01FL"] == "Y")
        & rows["AVISIT"].isin([visit.code for visit in view.trial.visits])
        & rows["AVAL"].notna()
        & rows["CHG"].notna()
    )
    if selection.left_out_after and "ICEREAS" in rows:
        kept &= ~follows(rows["ICEREAS"], selection.left_out_after)
    arms = find_arms(view, selection.population)
    chosen = rows[kept.astype(bool) & rows[SUBJECT].isin(arms.index)]
    value, change = (chosen[name].astype("float64") for name in ("AVAL", CHANGE))
    frame = pd.DataFrame(
        {
            SUBJECT: chosen[SUBJECT].astype(object),
            ARM: chosen[SUBJECT].map(arms).astype(object),
            VISIT: chosen[VISIT].astype(object),
            "AVAL": value,
            CHANGE: change,
            BASE: chosen[BASE].astype("float64"),
        }
    ).reset_index(drop=True)
    return add_covariates(frame, view, selection.covariates)


def follows(reasons: pd.Series, events: frozenset[str]) -> pd.Series:
    """Whether one of the events is among the reasons, which blanks divide."""
    return reasons.map(lambda text: isinstance(text, str) and not events.isdisjoint(text.split()))


def find_arms(view: ArmView, population: str) -> pd.Series:
    """Code of the arm by participant of a population."""
    groups = (view.arm_group(population, arm.code) for arm in view.arms)
    return pd.Series(
        {subject: group.code for group in groups for subject in group.subjects}, dtype=object
    )


def list_arms(view: ArmView) -> list[str]:
    """Codes of all arms, the control first, which is what a model compares with."""
    codes = [arm.code for arm in view.arms]
    return sorted(codes, key=lambda code: code != view.trial.control)


def add_covariates(frame: pd.DataFrame, view: ArmView, covariates: Sequence[str]) -> pd.DataFrame:
    """Variables of adsl beside the values of their participants; numbers stay numbers.

    Raises
    ------
    UsageError
        If adsl has no such variable.
    """
    adsl = view["adsl"].set_index(SUBJECT)
    for name in covariates:
        if name not in adsl:
            raise UsageError(
                f"covariate of a model: found {name}, allowed: a variable of adsl"
                f"{nearest(name, adsl.columns)}"
            )
        known = adsl[name]
        number = pd.api.types.is_numeric_dtype(known.dtype)
        frame[name] = frame[SUBJECT].map(known.astype("float64" if number else object))
    return frame


def list_constant(frame: pd.DataFrame, covariates: Sequence[str]) -> tuple[str, ...]:
    """Covariates with one value at most in all rows: they have no column in a model."""
    return tuple(name for name in covariates if frame[name].nunique() < 2)


def count_values(view: ArmView, code: str, values: pd.DataFrame) -> pd.DataFrame:
    """Values by planned visit of the score (rows) and arm (columns), zeros included."""
    planned = view.trial.forms[view.trial.scores[code].form].visits
    visits = [visit.code for visit in view.trial.visits if visit.code in planned]
    counts = pd.crosstab(values[VISIT], values[ARM])
    return counts.reindex(index=visits, columns=list_arms(view), fill_value=0).astype(int)


def choose_visits(values: pd.DataFrame, counts: pd.DataFrame) -> ScoreRows:
    """The visits at which every arm with any value has at least three."""
    arms = [arm for arm in counts.columns if counts[arm].sum()]
    enough = (counts[arms] >= FEWEST).all(axis=1) & bool(arms)
    visits = list(counts.index[enough])
    frame = values[values[VISIT].isin(visits) & values[ARM].isin(arms)]
    return ScoreRows(
        frame=frame.assign(
            **{
                ARM: pd.Categorical(frame[ARM], categories=arms),
                VISIT: pd.Categorical(frame[VISIT], categories=visits),
            }
        ).reset_index(drop=True),
        counts=counts,
        arms=tuple(arms),
        visits=tuple(visits),
    )
