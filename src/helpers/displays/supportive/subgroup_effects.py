"""The key differences in subgroups, as results of displays, and the sentences about them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays.formats import format_number
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.treatment_effect.effects import (
    ESTIMATE,
    Effects,
    describe_method,
    fit_effects,
    list_key_contrasts,
    list_page_contrasts,
    read_estimate,
)
from helpers.models.planned_fit import read_choices, select_values
from helpers.models.repeated_measures import name_contrast, tabulate_contrasts
from helpers.models.subgroups import FEWEST_IN_CELL, SubgroupModel, SubgroupPlan, fit_subgroups
from helpers.view import ArmView, ClosedView

NO_INTERACTION = (
    "No interaction is tested. An interval that leaves out 0 in one subgroup and holds it in "
    "another is no sign that the effect differs: estimates scatter between subgroups by chance "
    "alone, the more the smaller the cells, also where the effect is the same for everybody."
)


class SubgroupEffects(NamedTuple):
    """The main model, one model per characteristic, and the contrasts shown."""

    main: Effects
    models: list[SubgroupModel]
    contrasts: list[tuple[str, str, str]]

    @property
    def visit(self) -> str:
        """The key visit."""
        return self.main.view.interim.key_visit or ""

    @property
    def key(self) -> Key:
        """Key of the numbers of all participants, without arm and contrast."""
        return self.main.key._replace(visit=self.visit)


def fit_subgroup_effects(view: ClosedView) -> SubgroupEffects:
    """The differences from the control (of all arms where there is none) in every subgroup."""
    main = fit_effects(view, view.interim.key_param or "")
    contrasts = list_key_contrasts(view) or list_page_contrasts(view)
    plan = SubgroupPlan(
        code=main.model.code,
        visit=view.interim.key_visit or "",
        contrasts=tuple((arm, reference) for _, arm, reference in contrasts),
        selection=select_values(view, main.model.code),
        choices=read_choices(view),
        level=main.level,
    )
    return SubgroupEffects(main, fit_subgroups(view, plan), contrasts)


def place_level(found: SubgroupEffects, model: SubgroupModel, level: str) -> Key:
    """Key of the numbers of one subgroup, without arm and contrast."""
    return found.key._replace(subgroup=f"{model.variable} {level}")


def list_results(found: SubgroupEffects) -> Iterable[Result]:
    """Values by arm and differences: of all participants, then of every subgroup."""
    counts, visit = found.main.model.rows.counts, found.visit
    own = counts.loc[visit] if visit in counts.index else counts.sum() * 0
    yield from _list_counts(found.main.view, found.key, own)
    table = tabulate_contrasts(found.main.model, found.main.level)
    for label, arm, reference in found.contrasts:
        numbers = read_estimate(table, (visit, name_contrast(arm, reference)))
        key = found.key._replace(contrast=label)
        yield from rows_of(key, numbers, describe_method(found.main.model))
    for model in found.models:
        method = f"mmrm {model.structure}, {found.main.view.interim.mmrm.df}"
        for level in model.levels:
            place = place_level(found, model, level)
            yield from _list_counts(found.main.view, place, model.counts.loc[level])
            for label, arm, reference in found.contrasts:
                row = model.contrasts.loc[(level, name_contrast(arm, reference))]
                numbers = {name: float(row[name]) for name in ESTIMATE}
                own_method = method if model.structure else ""
                yield from rows_of(place._replace(contrast=label), numbers, own_method)


def _list_counts(view: ArmView, key: Key, counts: pd.Series) -> Iterable[Result]:
    for arm in view.arms:
        yield from rows_of(key._replace(arm=arm.label), {"n": int(counts[arm.code])})


def state_cells(found: SubgroupEffects) -> str:
    """How many values a cell holds, and how wide the intervals are beside that of everybody."""
    cells = _list_cells(found)
    if not len(cells):
        return "No participant is in a subgroup with a change at the visit."
    middle = round(cells.median())
    values = "value" if middle == 1 else "values"
    size = f"Cells of about {middle} {values} ({cells.min()} to {cells.max()})"
    whole, parts = _list_widths(found)
    total = len(parts)
    ratios = [part / whole[label] for label, part in parts if part == part and label in whole]
    if not ratios:
        return f"{size}: none of {total} differences in subgroups can be estimated."
    low, high = (format_number(ratio, 1) for ratio in (min(ratios), max(ratios)))
    times = f"{low} to {high} times" if low != high else f"{low} times"
    return (
        f"{size}: {len(ratios)} of {total} differences can be estimated, with intervals {times} as "
        "wide as that of all participants."
    )


def _list_cells(found: SubgroupEffects) -> pd.Series:
    """Values of every arm of a contrast in every subgroup, where there is any."""
    arms = list(dict.fromkeys(code for _, *pair in found.contrasts for code in pair))
    cells = [n for model in found.models for n in model.counts[arms].to_numpy().ravel()]
    return pd.Series(cells if sum(cells) else [], dtype="int64")


def _list_widths(
    found: SubgroupEffects,
) -> tuple[dict[str, float], list[tuple[str, float]]]:
    """Widths of the intervals: of all participants by contrast, and of every subgroup."""
    table = tabulate_contrasts(found.main.model, found.main.level)
    whole, parts = dict[str, float](), list[tuple[str, float]]()
    for label, arm, reference in found.contrasts:
        name = name_contrast(arm, reference)
        row = read_estimate(table, (found.visit, name))
        if row["upper"] > row["lower"]:
            whole[label] = row["upper"] - row["lower"]
        for model in found.models:
            own = model.contrasts.xs(name, level="contrast")
            parts += [(label, float(width)) for width in own["upper"] - own["lower"]]
    return whole, parts


def state_subgroup_model(found: SubgroupEffects) -> str:
    """The model of the subgroups exactly."""
    view = found.main.view
    added = "".join(f" + {name}" for name in view.interim.mmrm.covariates)
    return (
        f"Subgroups: for each characteristic one MMRM by REML of the values of the main model, "
        f"change = arm x subgroup x visit + baseline x visit{added}, covariance and degrees of "
        "freedom as planned for the main model; differences within each subgroup at the visit. "
        "Baseline has one slope per visit for all subgroups. Where nobody lacks a value this is "
        "the analysis of covariance of arm x subgroup at the visit."
    )


def state_small_cells() -> str:
    """What happens to small cells."""
    return (
        f"NE: an arm has fewer than {FEWEST_IN_CELL} values at the visit in the subgroup; such "
        "cells are not in the model."
    )


def state_unfitted(models: Sequence[SubgroupModel]) -> list[str]:
    """Characteristics without a model and why; participants in no subgroup."""
    reasons = [f"{model.label}: {_shorten(model.note)}." for model in models if model.note]
    unknown = [f"{model.label} {model.unknown}" for model in models if model.unknown]
    lacking = (
        f"Participants in no subgroup, as the characteristic is not known: {'; '.join(unknown)}."
    )
    return [*reasons, *([lacking] if unknown else [])]


def _shorten(note: str) -> str:
    """The first reason of a fit; the rest names every cell."""
    return note.split(";")[0].split(" (")[0]
