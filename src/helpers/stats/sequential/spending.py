"""How much of the type I error may be spent by a given share of the information.

Source: Lan and DeMets, Biometrika 1983;70:659.
"""

import math
from collections.abc import Callable

from scipy.special import ndtr, ndtri

SPENDING = ("ld_obf", "ld_pocock", "haybittle", "none")


def compute_spending(t: float, alpha: float, spending: str, sides: int) -> float:
    """Return the error spent by information ``t`` (Lan and DeMets, Biometrika 1983;70:659).

    Parameters
    ----------
    t : float
        Share of the planned information; from 1 on everything is spent.
    alpha : float
        Total error, over both sides when ``sides`` is 2.
    spending : str
        ``ld_obf`` (O'Brien-Fleming-like) or ``ld_pocock`` (Pocock-like).
    sides : int
        1 or 2; a two-sided test spends half on each side.

    Returns
    -------
    float
        From 0 to ``alpha``.
    """
    if t <= 0.0:
        return 0.0
    return alpha if t >= 1.0 else sides * _FORMS[spending](t, alpha / sides)


def _obrien_fleming(t: float, alpha: float) -> float:
    return 2.0 * float(ndtr(ndtri(alpha / 2.0) / math.sqrt(t)))


def _pocock(t: float, alpha: float) -> float:
    return alpha * math.log1p((math.e - 1.0) * t)


_FORMS: dict[str, Callable[[float, float], float]] = {
    "ld_obf": _obrien_fleming,
    "ld_pocock": _pocock,
}
