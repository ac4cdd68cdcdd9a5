"""The key contrasts within subgroups: the repeated-measures model with arm x subgroup x visit.

Source: ICH E9, section 5.7; EMA guideline on subgroups in confirmatory trials (2019).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from helpers.models.repeated_measures import ModelChoices, name_contrast
from helpers.models.score_rows import (
    ARM,
    BASE,
    CHANGE,
    SUBJECT,
    VISIT,
    ScoreRows,
    Selection,
    choose_visits,
    count_values,
    read_changes,
)
from helpers.params.characteristics import BaselineRow, Subgroup, name_level, rank_level
from helpers.stats.mmrm import fit_mmrm
from helpers.stats.mmrm.result import MmrmFit
from helpers.view import ClosedView

FEWEST_IN_CELL = 4  # values of an arm at the visit, for a contrast within a subgroup
CELL = "CELL"
ESTIMATE = ["estimate", "se", "df", "lower", "upper"]


class SubgroupPlan(NamedTuple):
    """What is estimated: score, visit, contrasts as (arm, reference), values, fit, level."""

    code: str
    visit: str
    contrasts: tuple[tuple[str, str], ...]
    selection: Selection
    choices: ModelChoices
    level: float


@dataclass(frozen=True)
class SubgroupModel:
    """The model of one baseline characteristic.

    Attributes
    ----------
    variable, label : its variable of adsl, and in words.
    levels : the subgroups in words, in order.
    counts : values at the visit by subgroup (rows) and arm (columns).
    contrasts : estimate, se, df, lower, upper by subgroup and contrast (index; `A - B` of codes);
        NaN where an arm has fewer than `FEWEST_IN_CELL` values in the subgroup.
    unknown : participants with a change who are in no subgroup.
    structure : covariance structure used, empty where nothing was fitted.
    note : why nothing is estimated; empty where something is.
    """

    variable: str
    label: str
    levels: tuple[str, ...]
    counts: pd.DataFrame
    contrasts: pd.DataFrame
    unknown: int
    structure: str = ""
    note: str = ""


def fit_subgroups(view: ClosedView, plan: SubgroupPlan) -> list[SubgroupModel]:
    """One model per declared characteristic that adsl has, of the rows of the main model.

    Change = arm x subgroup x visit + baseline x visit + covariates, correlated within participant.
    A cell of arm and subgroup with fewer than `FEWEST_IN_CELL` values at the visit is left out.
    """
    table = {row.variable: row for row in view.trial.baseline_table}
    values = read_changes(view, plan.code, plan.selection)
    data = SubgroupData(values, choose_visits(values, count_values(view, plan.code, values)))
    return [
        _fit(data, assign_levels(view, subgroup, table[subgroup.variable]), plan)
        for subgroup in view.trial.subgroups
        if view.has("adsl", subgroup.variable)
    ]


class SubgroupData(NamedTuple):
    """All changes of the score, and those that the main model is fitted to."""

    values: pd.DataFrame
    rows: ScoreRows


class Levels(NamedTuple):
    """Subgroups by one characteristic: name and label, subgroups in order, that of each person."""

    variable: str
    label: str
    names: tuple[str, ...]
    of: pd.Series


def assign_levels(view: ClosedView, subgroup: Subgroup, row: BaselineRow) -> Levels:
    """Subgroup of every participant (by USUBJID); missing where the characteristic is."""
    values = view.population("ITT").set_index(SUBJECT)[subgroup.variable]
    if subgroup.cuts:
        names = name_parts(subgroup.cuts)
        ends = [-math.inf, *subgroup.cuts, math.inf]
        parts = pd.cut(values.astype("float64"), ends, right=False, labels=names)
        return Levels(row.variable, row.label, names, parts.astype(object))
    if row.kind == "flag":
        words = {"N": "No", "Y": "Yes"}
    else:
        found = sorted(values.dropna().unique(), key=rank_level)
        words = {value: name_level(value) for value in found} if not row.levels else row.levels
        words = words | {value: str(value) for value in found if value not in words}
    # categories with the same words are one subgroup
    return Levels(row.variable, row.label, tuple(dict.fromkeys(words.values())), values.map(words))


def name_parts(cuts: Sequence[float]) -> tuple[str, ...]:
    """Names of the parts of a number: `< 10`, `10 to < 15`, `>= 15`."""
    ends = [f"{cut:g}" for cut in cuts]
    middle = [f"{low} to < {high}" for low, high in pairwise(ends)]
    return (f"< {ends[0]}", *middle, f"\u2265 {ends[-1]}")


def _fit(data: SubgroupData, levels: Levels, plan: SubgroupPlan) -> SubgroupModel:
    values, rows = data
    of = values[SUBJECT].map(levels.of)
    own = values[(values[VISIT] == plan.visit) & of.notna()]
    counts = pd.crosstab(of[own.index], own[ARM]).reindex(
        index=list(levels.names), columns=list(rows.counts.columns), fill_value=0
    )
    unknown = values.loc[of.isna(), SUBJECT].nunique()
    level = rows.frame[SUBJECT].map(levels.of)
    frame = rows.frame[level.notna()].assign(LEVEL=level)
    fit, note = _fit_cells(frame, counts, rows, plan)
    return SubgroupModel(
        variable=levels.variable,
        label=levels.label,
        levels=levels.names,
        counts=counts,
        contrasts=_tabulate(fit, levels.names, counts, plan),
        unknown=int(unknown),
        structure="" if fit is None else fit.structure,
        note=note,
    )


def _fit_cells(
    frame: pd.DataFrame, counts: pd.DataFrame, rows: ScoreRows, plan: SubgroupPlan
) -> tuple[MmrmFit | None, str]:
    """The model with one factor whose levels are the cells of arm and subgroup."""
    if plan.visit not in rows.visits:
        return None, "the visit is not in the model"
    large = counts >= FEWEST_IN_CELL
    if not (large.sum(axis=1) > 1).any():
        return None, f"no subgroup has {FEWEST_IN_CELL} values in two arms"
    # in the order of the arms: a model names the later level of a contrast first
    order = [
        _name_cell(arm, name) for arm in rows.arms for name in counts.index if large.loc[name, arm]
    ]
    cells = [_name_cell(*pair) for pair in zip(frame[ARM], frame["LEVEL"], strict=True)]
    frame = frame.assign(**{CELL: pd.Categorical(cells, categories=order)})
    frame = frame[frame[CELL].notna()]
    by_visit = [f"{BASE}:{VISIT}"] if len(rows.visits) > 1 else []
    structure, *_ = plan.choices.structures
    fit = fit_mmrm(
        frame,
        response=CHANGE,
        subject=SUBJECT,
        visit=VISIT,
        arm=CELL,
        covariates=[BASE, *by_visit, *plan.selection.covariates],
        covariance=structure,
        df=plan.choices.df,
        fallback=plan.choices.structures,
    )
    return (fit, "") if fit.converged else (None, fit.note)


def _tabulate(
    fit: MmrmFit | None, names: Sequence[str], counts: pd.DataFrame, plan: SubgroupPlan
) -> pd.DataFrame:
    """Contrasts between the cells of one subgroup, where both hold enough values."""
    table = pd.DataFrame(columns=["contrast", *ESTIMATE])
    if fit is not None:
        every = fit.contrasts(plan.level)
        table = every[every["visit"] == plan.visit]
    known = table.set_index("contrast")[ESTIMATE]
    found = {}
    for name in names:
        for arm, reference in plan.contrasts:
            place = name_contrast(_name_cell(arm, name), _name_cell(reference, name))
            enough = counts.loc[name, [arm, reference]].min() >= FEWEST_IN_CELL
            row = known.loc[place] if enough and place in known.index else math.nan
            found[name, name_contrast(arm, reference)] = pd.Series(row, ESTIMATE, dtype="float64")
    index = pd.MultiIndex.from_tuples(found, names=["level", "contrast"])
    return pd.DataFrame(list(found.values()), index=index, columns=ESTIMATE)


def _name_cell(arm: str, level: str) -> str:
    return f"{arm}@{level}"
