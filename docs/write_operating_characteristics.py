"""Writes operating-characteristics.md: `make operating-characteristics` (about ten minutes).

What has a limit in the plans is printed beside it, with the number of trials and the Monte Carlo
error. The figures come from tests/support, where the slow tests take them too.
"""

import argparse
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from interval_coverage import (
    ROUNDING,
    cover_difference,
    cover_kaplan_meier,
    cover_proportion,
    cover_rate,
)
from simulated_trials import (
    count_errors_through_the_model,
    repeat_last_contrast,
    share_of_family_errors,
)

from helpers.stats.sequential import crossing_probabilities, spending_boundary

PAGE = Path(__file__).resolve().parent / "operating-characteristics.md"
SPENDING = {"ld_obf": "O'Brien-Fleming-like", "ld_pocock": "Pocock-like"}
ADJUSTMENTS = {"dunnett": "Dunnett", "hochberg": "Hochberg", "none": "none"}
FIRST = (0.35, 0.5, 0.65)  # information at the first of two looks
DROPOUT = (0.0, 0.05, 0.1)  # at each later visit; twice as many have left by the last
DF = {
    "satterthwaite": "Satterthwaite",
    "kenward_roger": "Kenward-Roger",
    "kenward_roger_linear": "Kenward-Roger, linear form",
}
DIFFERENCES = {"miettinen_nurminen": "Miettinen-Nurminen", "newcombe": "Newcombe"}
SIZES = (4, 6, 8, 12, 16)
GRID = np.linspace(0.05, 0.95, 19)


INTRODUCTION = """\
# Operating characteristics

What the methods of the reports do in the long run at the size of this trial (three arms of 16):
type I error of the looks, coverage of the intervals, bias and level of the mixed model. Written by
`make operating-characteristics`; nothing here is written by hand. Exact figures are enumerated or
integrated; simulated ones have fixed seeds, so that the same versions give the same page, and stand
with the number of trials and their Monte Carlo error (one standard error). *Kept*: yes where the
figure meets the plan, no where it misses it by more than two Monte Carlo errors, *not told apart*
between.

The characteristics of the stopping monitor are in the safety report itself (T-S-24, exact).
"""
KNOWN = """\
## Type I error of two looks, variance known

No effect. One contrast: by recursion. Two contrasts with one control: smallest Dunnett-adjusted p
against the nominal p of the look, an approximation (plan: at most 0.051); {trials:,} trials.
"""
FAMILIES = """\
## Type I error of two looks, by adjustment and sides

No effect, variance known, two contrasts with one control, look 1 at half of the information. Two
sides at 0.05, one side at 0.025, in the direction of benefit. Plan: at most 2% above the level. By
Hochberg the adjusted p is held against the nominal p of the look like that of Dunnett. Without
adjustment the family-wise error is not controlled, and the report says so; {trials:,} trials.
"""
MODEL = """\
## Type I error of two looks, through the mixed model

No effect. Change from baseline at three visits, unstructured covariance, Satterthwaite; about one
in ten has left by the last visit. Look 1 has the participants who came first, the contrasts are
those of the middle visit; plan: at most 0.051; {trials:,} trials. The Monte Carlo error cannot tell
0.051 from 0.055: the table above is the sharper check of the rule, this one of the whole chain.
"""
ENUMERATED = """\
## Coverage of 95% intervals, by enumeration

Every possible outcome with its chance; no simulation, so no Monte Carlo error.
"""
CURVES = """\
## Coverage of 95% intervals of Kaplan-Meier

Log-minus-log limits of the survival at 0.6 mean times; exponential times, follow-up uniform from
0.5 to 2.5 mean times; {trials:,} trials.
"""
BIAS = """\
## Bias and level of the mixed model, missing at random

16 per arm, last of three visits, Satterthwaite; who leaves depends on the last change seen. Bias
in SD of the change (plan: below 0.1). Level: how often the true difference lies outside the 95%
interval (plan: 0.04 to 0.06). {trials:,} trials each.
"""
LEVELS = """\
## Level of the small-sample methods

The last trials without an effect of the table above; {trials:,} trials.
"""


class Trials(NamedTuple):
    """How many trials are simulated: with known variance, through the models, curves."""

    known: int = 1_000_000
    model: int = 2_000
    curves: int = 4_000


def write_page(trials: Trials) -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        KNOWN.format(trials=trials.known) + tabulate_known_sizes(trials.known),
        FAMILIES.format(trials=trials.known) + tabulate_families(trials.known),
        MODEL.format(trials=trials.model) + tabulate_model_sizes(trials.model),
        ENUMERATED + tabulate_exact_coverage(),
        CURVES.format(trials=trials.curves) + tabulate_curve_coverage(trials.curves),
        BIAS.format(trials=trials.model) + tabulate_model_bias(trials.model),
        LEVELS.format(trials=trials.model) + tabulate_model_levels(trials.model),
    ]
    return "\n".join(parts)


def tabulate_known_sizes(trials: int) -> str:
    """Family-wise error of two looks with known variance; one contrast alone, exactly."""
    rows = []
    for spending, name in SPENDING.items():
        for first in FIRST:
            found = share_of_family_errors(spending, first, trials=trials)
            error = binomial_error(found, trials)
            exact = find_exact_size(spending, first)
            texts = (f"{number:.5f}" for number in (exact, found, error))
            rows.append([name, f"{first:.2f}", *texts, judge(found, error, highest=0.051)])
    head = ("spending", "information at look 1", "one contrast (exact)", "two contrasts")
    return tabulate([*head, "Monte Carlo error", "kept"], rows)


def tabulate_families(trials: int) -> str:
    """Family-wise error of every adjustment, two-sided and one-sided."""
    rows = []
    for method, name in ADJUSTMENTS.items():
        for sides in (2, 1):
            alpha = 0.05 / (3 - sides)
            for spending, form in SPENDING.items():
                found = share_of_family_errors(
                    spending, 0.5, trials=trials, method=method, sides=sides, alpha=alpha
                )
                error = binomial_error(found, trials)
                kept = judge(found, error, highest=1.02 * alpha) if method != "none" else ""
                rows.append(
                    [name, str(sides), str(alpha), form, f"{found:.5f}", f"{error:.5f}", kept]
                )
    head = ("adjustment", "sides", "level", "spending", "two contrasts")
    return tabulate([*head, "Monte Carlo error", "kept"], rows)


def find_exact_size(spending: str, first: float) -> float:
    """Chance that one contrast without effect crosses at either look."""
    t = [first, 1.0]
    chance = crossing_probabilities(t, spending_boundary(t, spending=spending)["z"], drift=0.0)
    return float((chance["upper"] + chance["lower"]).sum())


def tabulate_model_sizes(trials: int) -> str:
    """The same through the mixed model, with estimated covariance and dropout."""
    rows = []
    for first in FIRST:
        bounds = [
            tuple(spending_boundary([first, 1.0], spending=name)["nominal_p"]) for name in SPENDING
        ]
        counts = count_errors_through_the_model(bounds, share=first, trials=trials)
        for name, count in zip(SPENDING.values(), counts, strict=True):
            found, error = count / trials, binomial_error(count / trials, trials)
            kept = judge(found, error, highest=0.051)
            rows.append([name, f"{first:.2f}", f"{found:.4f}", f"{error:.4f}", kept])
    head = ("spending", "participants at look 1", "two contrasts", "Monte Carlo error", "kept")
    return tabulate(head, sorted(rows))


def tabulate_exact_coverage() -> str:
    """Intervals whose outcomes can be enumerated: nothing is simulated."""
    one = [c for n in range(1, 17) for c in cover_proportion(n, np.linspace(0.001, 0.999, 301))]
    score = [c for n in range(1, 17) for c in cover_proportion(n, GRID, method="wilson")]
    events = cover_rate(np.linspace(0.05, 25.0, 200))
    rows = [
        describe("Clopper-Pearson", "n = 1 to 16, 301 rates", one, least=0.95),
        describe("Wilson", "n = 1 to 16, 19 rates", score),
        describe("Exact Poisson", "0.05 to 25 events expected", events, least=0.95),
    ]
    for method, name in DIFFERENCES.items():
        by_size = {n: cover_difference(n, GRID, method) for n in SIZES}
        for n, covered in by_size.items():
            rows.append(describe(name, f"{n} and {n}, 361 pairs of rates", covered))
        every = [c for covered in by_size.values() for c in covered]
        rows.append(describe(name, "all of these", every, between=(0.93, 0.98)))
    return tabulate(["interval", "over", "mean", "lowest", "plan", "kept"], rows)


def describe(
    name: str,
    over: str,
    covered: Sequence[float],
    *,
    least: float | None = None,
    between: tuple[float, float] | None = None,
) -> list[str]:
    """One line of the table of coverages, with what the plan asks of it."""
    mean, lowest = float(np.mean(covered)), min(covered)
    plan, kept = "", ""
    if least is not None:
        plan, kept = f"lowest at least {least}", "yes" if lowest >= least - ROUNDING else "no"
    if between is not None:
        low, high = between
        plan, kept = f"mean {low} to {high}", "yes" if low <= mean <= high else "no"
    return [name, over, f"{mean:.4f}", f"{lowest:.4f}", plan, kept]


def tabulate_curve_coverage(trials: int) -> str:
    """Kaplan-Meier with log-minus-log limits."""
    rows = []
    for n in (16, 60):
        known, covered = cover_kaplan_meier(n, trials=trials)
        error = binomial_error(covered, trials * known)
        rows.append([str(n), f"{covered:.4f}", f"{error:.4f}", f"{100 * known:.1f}"])
    return tabulate(["participants", "coverage", "Monte Carlo error", "limits exist (%)"], rows)


def tabulate_model_bias(trials: int) -> str:
    """Bias and level of the last contrast, values missing at random."""
    rows = []
    for dropout in DROPOUT:
        for effect in (0.0, 1.0):
            found = repeat_last_contrast(effect, dropout, trials=trials)
            error = binomial_error(found.rejected, trials)
            small = judge(abs(found.bias), found.error, highest=0.1)
            level = judge(found.rejected, error, lowest=0.04, highest=0.06)
            setting = (f"{100 * found.missing:.0f}", f"{effect:.0f}")
            bias = (f"{found.bias:+.4f}", f"{found.error:.4f}", small)
            rows.append([*setting, *bias, f"{found.rejected:.4f}", f"{error:.4f}", level])
    judged = ("Monte Carlo error", "kept")
    head = ("missing at the visit (%)", "true difference", "bias", *judged, "level", *judged)
    return tabulate(head, rows)


def tabulate_model_levels(trials: int) -> str:
    """The small-sample methods beside each other, on the same trials."""
    rows = []
    for df, name in DF.items():
        found = repeat_last_contrast(0.0, DROPOUT[-1], trials=trials, df=df)
        error = binomial_error(found.rejected, trials)
        kept = judge(found.rejected, error, lowest=0.04, highest=0.06)
        rows.append([name, f"{found.rejected:.4f}", f"{error:.4f}", kept])
    return tabulate(["degrees of freedom", "level", "Monte Carlo error", "kept"], rows)


def binomial_error(share: float, trials: float) -> float:
    """Standard error of a simulated share."""
    return math.sqrt(share * (1 - share) / trials)


def judge(found: float, error: float, *, lowest: float = 0.0, highest: float = 1.0) -> str:
    """Whether a simulated figure lies where the plan wants it."""
    if lowest <= found <= highest:
        return "yes"
    outside = max(lowest - found, found - highest)
    return "not told apart" if outside <= 2 * error else "no"


def tabulate(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table after a blank line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n" + "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the trials: 0.01 for a look")
    parser.add_argument("--to", type=Path, default=PAGE)
    chosen = parser.parse_args()
    made = Trials(*(max(2, int(n * chosen.share)) for n in Trials()))
    chosen.to.write_text(write_page(made), encoding="utf-8")
