"""The key differences before and after shrinkage, as results of displays, and what to say."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.efficacy.report_parts import KEY_MODEL
from helpers.displays.formats import format_cell, format_level, format_number
from helpers.displays.model import Cell
from helpers.displays.results import Key, Result, index_results, rows_of
from helpers.displays.treatment_effect.effects import (
    Effects,
    describe_method,
    fit_effects,
    list_key_contrasts,
    read_estimate,
)
from helpers.models.family import compare_family, read_planned
from helpers.models.looks import find_looks, find_now
from helpers.models.repeated_measures import name_contrast
from helpers.models.shrunk_contrasts import (
    POSTERIOR,
    RAW,
    ShrinkagePlan,
    ShrunkContrasts,
    shrink_contrasts,
)
from helpers.view import TOTAL, ClosedView

MODEL, SHRUNK, PRIOR, SPREAD = "LSMEAN.IMP", "POSTERIOR", "PRIOR", "SPREAD"
BEFORE = ("estimate", "lower", "upper", "p_better", "p_mcid")


class Shrunk(NamedTuple):
    """The main model and its differences from the control, shrunk."""

    main: Effects
    found: ShrunkContrasts
    threshold: float | None

    @property
    def key(self) -> Key:
        """Key of the numbers, without contrast and category."""
        visit = self.main.view.interim.key_visit or ""
        return Key(self.main.population, "", self.main.model.code, visit)

    @property
    def contrasts(self) -> list[tuple[str, str, str]]:
        """Differences from the control as (label, arm, control)."""
        return list_key_contrasts(self.main.view)


def shrink_key(view: ClosedView) -> Shrunk:
    """Posterior of the key differences by the prior of the interim."""
    main = fit_effects(view, view.interim.key_param or "")
    score, prior = view.trial.scores[main.model.code], view.interim.shrinkage
    if prior is None or view.trial.control is None:
        raise ValueError("a posterior needs a prior and a control")
    threshold = None if score.responder is None else abs(score.responder.change)
    plan = ShrinkagePlan(
        visit=view.interim.key_visit or "",
        control=view.trial.control,
        direction=score.direction,
        mcid=threshold,
        mean_sd=prior.mean_sd,
        tau_scale=prior.tau_scale,
        level=main.level,
    )
    return Shrunk(main, shrink_contrasts(main.model, plan), threshold)


def list_results(shrunk: Shrunk) -> Iterable[Result]:
    """Estimate of the model, posterior and prior of every difference; the SD of the change."""
    method = describe_method(shrunk.main.model)
    for label, arm, reference in shrunk.contrasts:
        place = name_contrast(arm, reference)
        key = shrunk.key._replace(contrast=label)
        raw, posterior = shrunk.found.raw, shrunk.found.posterior
        yield from _read(key._replace(category=MODEL), raw, (place, tuple(RAW)), method)
        after = (place, _drop_threshold(shrunk, tuple(POSTERIOR)))
        yield from _read(key._replace(category=SHRUNK), posterior, after, "normal_hierarchy")
        before = {name: shrunk.found.prior[name] for name in _drop_threshold(shrunk, BEFORE)}
        yield from rows_of(key._replace(category=PRIOR), before, "normal_hierarchy")
    total = shrunk.key._replace(arm=TOTAL, category=SPREAD)
    yield from rows_of(total, {"sd": shrunk.found.sd}, "pooled within arms")


def _read(
    key: Key, table: pd.DataFrame, place: tuple[str, tuple[str, ...]], method: str
) -> list[Result]:
    return rows_of(key, read_estimate(table, *place), method)


def _drop_threshold(shrunk: Shrunk, names: tuple[str, ...]) -> tuple[str, ...]:
    """Without the probability of a threshold that the score does not have."""
    return tuple(name for name in names if shrunk.threshold is not None or name != "p_mcid")


def state_prior(shrunk: Shrunk) -> str:
    """The prior in words, in SD and in the unit of the score."""
    prior = shrunk.main.view.interim.shrinkage
    if prior is None:
        return ""
    end = shrunk.found.prior["upper"]
    unit = f" {format_number(end, 1)} points" if end == end else " these limits"
    return (
        "Prior, from the parameters: the differences of the arms from the control, in SD of the "
        f"change, are normal about a common mean with SD tau; the mean is normal about 0 with SD "
        f"{prior.mean_sd:g}, tau half-normal with scale {prior.tau_scale:g}. It holds large "
        f"differences for unlikely ({format_level(shrunk.main.level)} lie within{unit} of 0) and "
        "pulls the arms towards each other and towards no effect; another prior "
        "gives other numbers."
    )


def state_bound(shrunk: Shrunk) -> str:
    """Where the test of this look is, and how it went; empty where the look has none."""
    view = shrunk.main.view
    planned = read_planned(view) if isinstance(view, ClosedView) else None
    looks = find_looks(view)
    if planned is None or not looks:
        return ""
    level = view.interim.family_level
    family, now = compare_family(planned, shrunk.main.model, level), find_now(looks)
    crossing = [own.label for own in family if own.crosses(now)]
    said = f"is crossed by {', '.join(crossing)}" if crossing else "is not crossed"
    if all(math.isnan(own.p_adjusted) for own in family):
        said = "has nothing held against it, as no difference can be estimated"
    return f"The test of this look is in {KEY_MODEL}: its bound {said}."


def state_spread(shrunk: Shrunk) -> str:
    """The SD in units of which the prior is given; empty without one."""
    sd = shrunk.found.sd
    if math.isnan(sd):
        return ""
    return (
        "Standardised by the SD of the change at the visit within arms, pooled: "
        f"{format_number(sd, 2)} points."
    )


def state_meaning() -> str:
    """What the probability is and what it is not."""
    return (
        "Pr is how probable the difference is under this prior and this model; without any data it "
        "is 50% for better than control. It is no p value, no test and no error rate, and it is "
        "not adjusted for looks: no boundary goes with it. What can bias the data, such as the "
        "expectation of participants and raters who know the arm, is not in it."
    )


def state_threshold(shrunk: Shrunk) -> str:
    """Where the threshold comes from; empty without one."""
    score = shrunk.main.view.trial.scores[shrunk.main.model.code]
    if shrunk.threshold is None:
        return ""
    note = score.responder.note if score.responder is not None else ""
    origin = f", borrowed {note}" if note else ""
    return (
        f"Threshold: {shrunk.threshold:g} points, the change that counts as response in one "
        f"participant{origin}. It is no threshold for a difference between arms, which may be "
        "smaller and matter."
    )


def state_posterior(shrunk: Shrunk, results: Sequence[Result]) -> str:
    """The probabilities of every difference, beside the prior's."""
    statistics = index_results(results)
    known = [
        label
        for label, _, _ in shrunk.contrasts
        if not math.isnan(statistics[_place(shrunk, label, SHRUNK)]["estimate"])
    ]
    if not known:
        return "No difference can be estimated, so nothing is shrunk."
    chances = {"better than control": "p_better"}
    if shrunk.threshold is not None:
        chances[f"better by {shrunk.threshold:g} points or more"] = "p_mcid"
    said = []
    for words, name in chances.items():
        each = [
            f"{label} {_write(_place(shrunk, label, SHRUNK), name, statistics)}" for label in known
        ]
        before = _write(_place(shrunk, known[0], PRIOR), name, statistics)
        said.append(f"{words} {', '.join(each)} (before any data {before})")
    return f"Probability under a prior and a model, no test: {'; '.join(said)}."


def _place(shrunk: Shrunk, label: str, category: str) -> Key:
    return shrunk.key._replace(contrast=label, category=category)


def _write(key: Key, name: str, statistics: dict[Key, dict[str, float]]) -> str:
    return f"{format_cell(Cell(key, show.chance(name)), statistics)}%"
