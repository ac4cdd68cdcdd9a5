"""Whether an event is more frequent than in the control group by more than a margin.

Source: independent beta posteriors; margin and thresholds are proposals of this project.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

from scipy.integrate import quad
from scipy.special import betaincc
from scipy.stats import beta

from helpers.stats.estimates import NAN, Row, check_count

_NEGLIGIBLE = 1e-14  # posterior mass left outside the range of integration


@dataclass(frozen=True)
class ComparativeAlert(Row):
    """Posterior probability of an excess above the margin; state NONE, AMBER, RED or empty."""

    probability: float
    state: str
    method: str = "independent_beta"
    note: str = ""


def compare_with_control(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    margin: float = 0.1,
    prior: tuple[float, float] = (0.5, 0.5),
    amber: float = 0.8,
    red: float = 0.95,
) -> ComparativeAlert:
    """Compute Pr(p1 > p2 + margin) for independent beta posteriors, by numerical integration.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Participants with the event and participants, in the active and in the control group.
    margin : float
        Excess that counts, from 0 to below 1.
    prior : tuple of float
        Beta prior of both rates.
    amber, red : float
        Probabilities from which the state changes.

    Returns
    -------
    ComparativeAlert
        Accurate to about 1e-9. NaN with a note when a group is empty.

    Raises
    ------
    ValueError
        Counts that are no counts, or a margin outside [0, 1).
    """
    x1, n1 = check_count(x1, n1)
    x2, n2 = check_count(x2, n2)
    if not 0.0 <= margin < 1.0:
        raise ValueError(f"margin must be at least 0 and below 1, got {margin!r}")
    if n1 == 0 or n2 == 0:
        return ComparativeAlert(NAN, "", note="no participants in one group")
    active = (prior[0] + x1, prior[1] + n1 - x1)
    control = beta(prior[0] + x2, prior[1] + n2 - x2)

    def integrand(angle: float) -> float:
        # p = sin^2(angle) takes the poles out of the density at 0 and 1
        p = math.sin(angle) ** 2
        jacobian = 2.0 * math.sin(angle) * math.cos(angle)
        return float(control.pdf(p)) * jacobian * float(betaincc(*active, min(p + margin, 1.0)))

    low = float(control.ppf(_NEGLIGIBLE))
    high = min(float(control.isf(_NEGLIGIBLE)), 1.0 - margin)
    if high <= low:
        return ComparativeAlert(0.0, "NONE")
    middle = min(max(active[0] / sum(active) - margin, low), high)
    points = [math.asin(math.sqrt(p)) for p in (low, middle, high)]
    total = sum(
        quad(integrand, a, b, epsabs=1e-12, epsrel=1e-10, limit=200)[0] for a, b in pairwise(points)
    )
    probability = min(max(total, 0.0), 1.0)
    state = "RED" if probability >= red else "AMBER" if probability >= amber else "NONE"
    return ComparativeAlert(probability, state)
