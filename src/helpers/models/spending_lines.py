"""What every look so far has spent of the type I error: the lines of the ledger, without statistic.

A line is computed from the present data, for earlier looks as they stood at their cut-offs.

Source: Lan and DeMets, Biometrika 1983;70:659-663.
"""

import hashlib
import math
from typing import NamedTuple

import pandas as pd

from helpers.errors import RunError
from helpers.models.information import measure_information
from helpers.models.looks import (
    ALPHA,
    CHARGE,
    choose_planned,
    find_fallen,
    is_final,
    read_compared,
)
from helpers.models.score_rows import SUBJECT, find_arms
from helpers.stats.sequential import spending_boundary
from helpers.view import ClosedView

HASHED = ("AVISIT", "ADT", "AVAL", "CHG", "BASE", "ANL01FL", "ICEREAS")
AGAIN = (
    "a spending function needs information that does not fall: read why the variance grew, and "
    "count participants (info_mode: count) if that is how the looks were planned"
)
FIRST = 10  # randomised participants by whom a draw of synthetic data is known


class SpendingLine(NamedTuple):
    """A look that compared arms.

    Attributes
    ----------
    kind : ALPHA, or CHARGED where contrasts were shown without alpha.
    planned_t : None where no alpha was planned.
    spending : spending function.
    cumulative : error spent up to and with the look, charges included.
    z : bound; None where the look has none, or one that nothing crosses.
    sides, multiplicity, info_mode : of the test, the family and the information.
    """

    name: str
    sequence: int
    kind: str
    cutoff: str
    planned_t: float | None
    t: float
    spending: str
    cumulative: float
    z: float | None
    sides: int
    multiplicity: str
    info_mode: str


def list_spending(view: ClosedView) -> list[SpendingLine]:
    """Earlier looks that compared arms, and this one; none where this one compares none.

    Raises
    ------
    RunError
        If the information by variance is smaller than at an earlier look with alpha.
    """
    looks = _list_reached(view)
    fallen = find_fallen([(look.name, look.t) for look in looks if look.kind == ALPHA])
    if fallen:
        raise RunError(f"{fallen}; {AGAIN}")
    bounds = iter(_find_bounds(view, [look.t for look in looks if look.kind == ALPHA]))
    lines: list[SpendingLine] = []
    charged, spent, place = 0, 0.0, 0
    for look in looks:
        planned, z = None, None
        if look.kind == ALPHA:
            bound, spent = next(bounds)
            z = bound if math.isfinite(bound) else None
            planned = choose_planned(view.interim, place)
            place += 1
        else:
            charged += 1
        total = spent + charged * CHARGE
        lines.append(look._replace(planned_t=planned, cumulative=total, z=z))
    return lines


def _list_reached(view: ClosedView) -> list[SpendingLine]:
    """The same lines without what was planned, spent and the bound."""
    interim, total = view.interim, view.interim.planned_info
    named = interim.key_param and interim.key_visit
    booked = interim.alpha_look or interim.nonlook_contrasts
    if not booked or total is None or not named or not view.has("adeff"):
        return []
    if "efficacy" not in interim.reports:
        return []
    compared = read_compared(view)
    earlier = compared[["INTERIM", "SEQUENCE", "LOOK", "CUTDT"]].itertuples(index=False)
    kind = ALPHA if interim.alpha_look else "CHARGED"
    own = (interim.interim_id, interim.sequence, kind, view.cutoff)
    known = [
        *((look, measure_information(view, look[-1])) for look in earlier),
        (own, measure_information(view)),
    ]
    return [
        SpendingLine(
            str(name),
            int(sequence),
            str(what),
            cutoff.date().isoformat(),
            None,
            information.t,
            interim.spending,
            0.0,
            None,
            interim.sides,
            interim.multiplicity,
            interim.info_mode,
        )
        for (name, sequence, what, cutoff), information in known
    ]


def _find_bounds(view: ClosedView, times: list[float]) -> list[tuple[float, float]]:
    """Bound and error spent of every look with alpha, in order."""
    if not times:
        return []
    interim = view.interim
    table = spending_boundary(
        times,
        alpha=interim.alpha_total,
        spending=interim.spending,
        sides=interim.sides,
        final=interim.alpha_look and is_final(view, times[-1]),
        charge=int((read_compared(view)["LOOK"] != ALPHA).sum()) * CHARGE,
    )
    return [(float(row.z), float(row.cum_alpha)) for row in table.itertuples()]


def digest_key_values(view: ClosedView) -> str:
    """SHA-256 of what the key comparison of this look rests on: the key score's values, by arm."""
    interim, rows = view.interim, view["adeff"]
    arms = find_arms(view, interim.population_efficacy)
    own = rows[(rows["PARAMCD"] == interim.key_param) & rows[SUBJECT].isin(arms.index)]
    known = [name for name in HASHED if name in own]
    frame = own[[SUBJECT, *known]].assign(ARM=own[SUBJECT].map(arms)).sort_values([SUBJECT, *known])
    text = frame.to_csv(index=False, float_format="%.12g", date_format="%Y-%m-%d")
    members = ",".join(f"{who}:{arm}" for who, arm in arms.sort_index().items())
    return hashlib.sha256(f"{members}\n{text}".encode()).hexdigest()


def digest_draw(view: ClosedView) -> str:
    """What tells one draw of synthetic data from another; empty for data of a real trial."""
    if not view.synthetic or not view.has("adsl", "RANDDT"):
        return ""
    known = view["adsl"].dropna(subset=["RANDDT"]).sort_values(["RANDDT", SUBJECT]).head(FIRST)
    days = pd.to_datetime(known["RANDDT"]).dt.strftime("%Y-%m-%d")
    text = ",".join(f"{who}:{day}" for who, day in zip(known[SUBJECT], days, strict=True))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
