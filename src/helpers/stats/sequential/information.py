"""How much of the planned information a look has.

Source: Jennison and Turnbull, Group Sequential Methods, 2000, chapter 3.
"""

import math

from helpers.stats.estimates import NAN


def compute_information_fraction(observed: float, planned: float) -> float:
    """Return observed over planned information.

    Parameters
    ----------
    observed : float
        Participants with the key value, or any other measure of information such as 1/se^2.
    planned : float
        The same at the end of the trial as planned.

    Returns
    -------
    float
        May exceed 1: the final look may have more than was planned.

    Raises
    ------
    ValueError
        Negative or not finite.
    """
    if not (math.isfinite(observed) and math.isfinite(planned) and observed >= 0 and planned > 0):
        raise ValueError(f"unusable information: {observed=}, {planned=}")
    return observed / planned


def compute_contrast_information(n1: float, n2: float, sd: float = 1.0) -> float:
    """Return the information on a difference of two means, 1 over its variance.

    Planned numbers need not be whole. 0 where an arm is empty; NaN without a standard deviation.
    """
    if n1 < 0 or n2 < 0:
        raise ValueError(f"numbers of participants cannot be negative: {n1}, {n2}")
    if not sd > 0:
        return NAN
    return n1 * n2 / (n1 + n2) / sd**2 if n1 and n2 else 0.0
