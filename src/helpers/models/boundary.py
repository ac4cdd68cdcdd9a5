"""The boundary of a look from the information reached at it and at the looks before.

Source: Lan and DeMets, Biometrika 1983;70:659, at the information reached.
"""

from dataclasses import dataclass

from helpers.models.information import find_planned_variance
from helpers.models.looks import count_charged, find_looks, find_now
from helpers.view import ArmView


@dataclass(frozen=True)
class Boundary:
    """Where a look crosses.

    Attributes
    ----------
    n, planned : participants with the key value now, and at full information.
    variance, planned_variance : of a difference, where they set the information; else NaN.
    fraction : information now; may exceed 1 where participants are counted.
    earlier : information at the earlier looks that spent alpha.
    charged : earlier looks whose contrasts were shown without alpha.
    z, nominal_p : bound, and the p at or below which it is crossed, two-sided or one-sided.
    spent : error spent up to and with this look.
    final : whether no look follows, so that everything left is spent.
    note : what the reader must know.
    """

    n: int
    planned: int
    variance: float
    planned_variance: float
    fraction: float
    earlier: tuple[float, ...]
    charged: int
    z: float
    nominal_p: float
    spent: float
    final: bool
    note: str


def find_boundary(view: ArmView) -> Boundary | None:
    """Boundary of this look by the spending function; None where the look spends no alpha."""
    looks = find_looks(view)
    planned = view.interim.planned_info
    if not looks or planned is None:
        return None
    now = find_now(looks)
    return Boundary(
        n=now.n or 0,
        planned=planned,
        variance=now.variance,
        planned_variance=find_planned_variance(view),
        fraction=now.t,
        earlier=tuple(look.t for look in looks if look.state == "earlier"),
        charged=count_charged(view),
        z=now.z,
        nominal_p=now.nominal_p,
        spent=now.spent,
        final=looks[-1] is now,
        note=now.note,
    )
