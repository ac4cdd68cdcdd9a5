"""How the contrasts of one family are adjusted for each other.

Source: Hochberg, Biometrika 1988;75:800-802; Dunnett, JASA 1955;50:1096.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Method = Literal["dunnett", "hochberg", "none"]


class FamilyRule(NamedTuple):
    """Method, sides of the test, and the sign of a difference that is a benefit (1 or -1)."""

    method: Method = "dunnett"
    sides: int = 2
    direction: int = 1


DUNNETT = FamilyRule()


def adjust_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """Return p values adjusted by Hochberg's step-up procedure.

    Parameters
    ----------
    p : (k,) float
        P values of the contrasts, each by itself; those that are NaN are not part of the family
        and stay NaN.

    Returns
    -------
    (k,) float
        Of the i-th smallest of m the smallest (m - j + 1) p_j over j from i to m: at or below alpha
        where the procedure rejects at alpha. It keeps the family-wise error where the statistics
        are independent or depend positively, as differences from one control do (Sarkar, Ann Stat
        1998;26:494).
    """
    values = np.atleast_1d(np.asarray(p, dtype=np.float64))
    adjusted = np.full(values.size, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    falling = known[np.argsort(-values[known], kind="stable")]
    factors = np.arange(1, falling.size + 1)
    adjusted[falling] = np.minimum.accumulate(factors * values[falling])
    return adjusted
