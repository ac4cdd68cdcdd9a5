"""The boundary of a look from the information reached at it and at the looks before.

Source: Lan and DeMets, Biometrika 1983;70:659, at the information reached.
"""

from dataclasses import dataclass

import pandas as pd

from helpers.models.score_rows import SUBJECT, VISIT
from helpers.stats.sequential import spending_boundary
from helpers.stats.sequential.information import compute_information_fraction
from helpers.view import ArmView

CHARGE = 0.0001  # of a look without alpha whose contrasts were shown
ALPHA = "ALPHA"


@dataclass(frozen=True)
class Boundary:
    """Where a look crosses.

    Attributes
    ----------
    n, planned : participants with the key value now, and at full information.
    fraction : information now; may exceed 1.
    earlier : information at the earlier looks that spent alpha.
    charged : earlier looks whose contrasts were shown without alpha.
    z, nominal_p : bound, and the two-sided p at or below which it is crossed.
    spent : error spent up to and with this look.
    final : whether no look follows, so that everything left is spent.
    note : what the reader must know.
    """

    n: int
    planned: int
    fraction: float
    earlier: tuple[float, ...]
    charged: int
    z: float
    nominal_p: float
    spent: float
    final: bool
    note: str


def find_boundary(view: ArmView) -> Boundary | None:
    """Boundary of this look by the spending function; None where the look spends no alpha.

    Information is the number of participants with the key change, of those planned. A look is the
    final one when its fraction is 1, or when nobody can add to it any more.
    """
    interim = view.interim
    if not interim.alpha_look or interim.planned_info is None:
        return None
    dates = find_key_dates(view)
    looks = view["compared_looks"] if view.has("compared_looks") else pd.DataFrame()
    spent = looks[looks["LOOK"] == ALPHA] if len(looks) else looks
    planned = interim.planned_info
    times = [
        compute_information_fraction(int((dates <= cut).sum()), planned)
        for cut in (spent["CUTDT"] if len(spent) else [])
    ]
    now = compute_information_fraction(len(dates), planned)
    final = now >= 1 or not is_anybody_left(view)
    charged = len(looks) - len(spent)
    table = spending_boundary(
        [*times, now],
        alpha=interim.alpha_total,
        spending=interim.spending,
        final=final,
        charge=charged * CHARGE,
    )
    row = table.iloc[-1]
    return Boundary(
        n=len(dates),
        planned=planned,
        fraction=now,
        earlier=tuple(times),
        charged=charged,
        z=float(row["z"]),
        nominal_p=float(row["nominal_p"]),
        spent=float(row["cum_alpha"]),
        final=final,
        note=str(row["note"]),
    )


def find_key_dates(view: ArmView) -> pd.Series:
    """Date of the key value of every participant of the population with a key change."""
    interim, rows = view.interim, view["adeff"]
    kept = (
        (rows["PARAMCD"] == interim.key_param)
        & (rows[VISIT] == interim.key_visit)
        & (rows["ANL01FL"] == "Y")
        & rows["CHG"].notna()
        & rows[SUBJECT].isin(view.total(interim.population_efficacy).subjects)
    )
    chosen = rows[kept.astype(bool)]
    return chosen.set_index(SUBJECT)["ADT"] if "ADT" in chosen else _undated(chosen)


def _undated(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NaT, index=rows[SUBJECT], dtype="datetime64[s]")


def is_anybody_left(view: ArmView) -> bool:
    """Whether a participant can still come, or still get a key value.

    By the state of the forms where it is known; without it somebody always can.
    """
    interim, trial = view.interim, view.trial
    if view.total("ITT").n < trial.accrual.planned:
        return True
    if not view.has("advisit", "STATUS") or interim.key_param is None:
        return True
    rows = view["advisit"]
    form = trial.scores[interim.key_param].form
    own = rows[(rows["FORM"] == form) & (rows[VISIT] == interim.key_visit)]
    return bool(own["STATUS"].isin(["NOT_DUE", "IN_WINDOW"]).any())
