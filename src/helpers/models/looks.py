"""The looks of a trial that spend alpha, in order: earlier ones, this one, and those to come.

Source: Lan and DeMets, Biometrika 1983;70:659-663.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

import pandas as pd

from helpers.models.information import Information, find_key_dates, measure_information
from helpers.models.score_rows import SUBJECT, VISIT
from helpers.params.interim import Interim
from helpers.stats.estimates import NAN
from helpers.stats.sequential import spending_boundary
from helpers.view import ArmView

CHARGE = 0.0001  # of a look without alpha whose contrasts were shown
ALPHA = "ALPHA"
State = Literal["earlier", "now", "to come"]


@dataclass(frozen=True)
class Look:
    """One look that spends alpha.

    Attributes
    ----------
    name : short name of the interim; empty of a look to come.
    cutoff : data cut-off; null of a look to come.
    n : participants with the key value by then; None of a look to come.
    variance : larger variance of the key differences, where it sets the information; else NaN.
    planned_t : information at which it is planned, as a share of the planned one.
    t : information reached, which may exceed 1 where participants are counted; of a look to come
        that planned.
    z, nominal_p : bound, and the p, two-sided or one-sided as the test, at or below which it is
        crossed.
    spent : error spent up to and with it.
    note : what the reader must know.
    """

    state: State
    name: str
    cutoff: pd.Timestamp
    n: int | None
    variance: float
    planned_t: float
    t: float
    z: float
    nominal_p: float
    spent: float
    note: str


class _Reached(NamedTuple):
    """A look without its bound."""

    state: State
    name: str
    cutoff: pd.Timestamp
    n: int | None
    variance: float
    planned_t: float
    t: float


def find_looks(view: ArmView) -> list[Look]:
    """Looks that spend alpha with their bounds; none where this look spends none.

    Information is the number of participants with the key change of those planned, or by variance
    (`measure_information`). A look is the final one when its share is 1, or when nobody can add to
    it any more: then none is to come. Information that falls is taken as that of the look before,
    and the look's note says so.
    """
    interim = view.interim
    if not interim.alpha_look or interim.planned_info is None:
        return []
    return _set_bounds(view)


def retime_looks(view: ArmView, looks: list[Look], factor: float) -> list[Look]:
    """The looks, if the information at the end is a multiple of that planned.

    The bounds of this look and of those before it stand as they were set, and so does the error
    they have spent: only their shares of the information change, and with them the bounds to come.
    """
    kept = [look.z for look in looks if look.state != "to come"]
    return _set_bounds(view, factor, kept) if looks else []


def _set_bounds(view: ArmView, factor: float = 1.0, kept: Sequence[float] = ()) -> list[Look]:
    """Looks at shares of this information; bounds that are not kept by the spending function."""
    interim = view.interim
    reached = _list_reached(view, factor)
    fallen = find_fallen([(look.name, look.t) for look in reached])
    reached = [
        look._replace(t=t)
        for look, t in zip(reached, accumulate((x.t for x in reached), max), strict=True)
    ]
    final = is_final(view, reached[-1].t)
    coming = [] if final else _list_coming(interim, reached)
    looks = [*reached, *coming]
    table = spending_boundary(
        [look.t for look in looks],
        alpha=interim.alpha_total,
        spending=interim.spending,
        sides=interim.sides,
        final=True,
        charge=count_charged(view) * CHARGE,
        kept=kept,
    )
    return [
        Look(
            *look,
            float(row.z),
            float(row.nominal_p),
            float(row.cum_alpha),
            fallen if fallen and look.state == "now" else str(row.note),
        )
        for look, row in zip(looks, table.itertuples(), strict=True)
    ]


def find_fallen(looks: Sequence[tuple[str, float]]) -> str:
    """That information, by look as (name, share), is smaller than before; empty where it is not.

    It cannot be where participants are counted, but a variance may grow with more of them.
    """
    for (before, early), (name, late) in pairwise(looks):
        if late < early:
            return (
                f"the information by variance fell from {early:.4f} at {before} to {late:.4f} at "
                f"{name}"
            )
    return ""


def find_now(looks: list[Look]) -> Look:
    """The look of the report itself."""
    return next(look for look in looks if look.state == "now")


def is_final(view: ArmView, t: float) -> bool:
    """Whether a look with this information takes all error that is left."""
    return t >= 1 or not is_anybody_left(view)


def count_charged(view: ArmView) -> int:
    """Earlier looks whose contrasts were shown without alpha."""
    return int((read_compared(view)["LOOK"] != ALPHA).sum())


def choose_planned(interim: Interim, place: int) -> float:
    """Information planned for the look at a place (0 is the first) among those with alpha."""
    planned = interim.planned_t
    return planned[min(place, len(planned) - 1)]


def _list_reached(view: ArmView, factor: float) -> list[_Reached]:
    """Earlier looks and this one, with the information of each from the present data."""
    interim, compared = view.interim, read_compared(view)
    spent = compared[compared["LOOK"] == ALPHA]
    known: list[tuple[State, str, pd.Timestamp, Information]] = [
        ("earlier", str(name), cutoff, measure_information(view, cutoff, factor))
        for name, cutoff in zip(spent["INTERIM"], spent["CUTDT"], strict=True)
    ]
    own = measure_information(view, factor=factor)
    known.append(("now", interim.interim_id, view.cutoff, own))
    return [
        _Reached(state, name, cutoff, own.n, own.variance, choose_planned(interim, k), own.t)
        for k, (state, name, cutoff, own) in enumerate(known)
    ]


def _list_coming(interim: Interim, reached: list[_Reached]) -> list[_Reached]:
    """Planned looks after those that have taken place; the final one at the least."""
    coming = [t for t in interim.planned_t[len(reached) :] if t > reached[-1].t] or [1.0]
    return [_Reached("to come", "", pd.NaT, None, NAN, t, t) for t in coming]


def read_compared(view: ArmView) -> pd.DataFrame:
    """Earlier looks that compared arms, in order: INTERIM, SEQUENCE, CUTDT, LOOK."""
    if view.has("compared_looks"):
        return view["compared_looks"]
    return pd.DataFrame({"INTERIM": [], "SEQUENCE": [], "CUTDT": pd.to_datetime([]), "LOOK": []})


def is_anybody_left(view: ArmView) -> bool:
    """Whether a participant can still come, or still get a key value.

    By the state of the forms where it is known; without it somebody always can.
    """
    if view.total("ITT").n < view.trial.accrual.planned:
        return True
    waiting = _find_waiting(view)
    return waiting is None or bool(len(waiting))


def count_reachable(view: ArmView) -> int | None:
    """Participants who have the key change or can still get it; None where that is not known.

    Those still to be randomised are counted as if all of them could.
    """
    waiting = _find_waiting(view)
    if waiting is None:
        return None
    dates = find_key_dates(view)
    members = view.total(view.interim.population_efficacy).subjects
    waiting = waiting[waiting.isin(members)].difference(dates.index)
    to_come = max(view.trial.accrual.planned - view.total("ITT").n, 0)
    return len(dates) + len(waiting) + to_come


def _find_waiting(view: ArmView) -> pd.Index | None:
    """Participants whose form of the key score is not due yet, or is with its window open."""
    interim = view.interim
    if not view.has("advisit", "STATUS") or interim.key_param is None:
        return None
    rows = view["advisit"]
    form = view.trial.scores[interim.key_param].form
    own = rows[(rows["FORM"] == form) & (rows[VISIT] == interim.key_visit)]
    return pd.Index(own.loc[own["STATUS"].isin(["NOT_DUE", "IN_WINDOW"]), SUBJECT].unique())
