"""Times to a first adverse event by group, and what the methods make of them."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.displays.adverse_events.kinds import SEVERE
from helpers.displays.formats import FEWEST
from helpers.params.trial import Trial
from helpers.stats.survival import aalen_johansen, kaplan_meier, tabulate_at_times
from helpers.view import Group, View

EVENT, CENSORED, COMPETING = 0, 1, 2  # CNSR of adtte
DAYS = (90, 365)  # at which the methods are read
AJ, KM = "aalen_johansen", "1-kaplan_meier"
NO_TIMES = "The data hold no times to a first adverse event."


class Kind(NamedTuple):
    """A kind of first event: parameter of adtte, its name, and the row of T-S-10 it belongs to."""

    code: str
    label: str
    row: str


def find_kinds(trial: Trial) -> dict[str, Kind]:
    """First events of any kind, serious, severe, of special interest, related, by row of T-S-10.

    Those that the trial has a time for (`time_to_event`).
    """
    wanted: dict[str, dict[str, bool | int]] = {
        "teae": {},
        "serious": {"serious": True},
        "grade_ge3": {"grade": SEVERE},
        "aesi": {"listed": True},
        "related": {"related": True},
    }
    plain: dict[str, bool | int | None] = {
        "serious": False,
        "grade": None,
        "listed": False,
        "related": False,
        "category": None,
    }
    found: dict[str, Kind] = {}
    for row, own in wanted.items():
        for code, rule in trial.time_to_event.items():
            asked = {name: getattr(rule, name) for name in plain}
            if rule.event == "adverse_event" and asked == {**plain, **own}:
                found.setdefault(row, Kind(code, rule.label, row))
    return found


def read_times(view: View, code: str) -> pd.DataFrame:
    """AVAL and CNSR of a parameter by USUBJID; participants without a time are left out."""
    rows = view["adtte"]
    rows = rows[rows["PARAMCD"] == code].dropna(subset=["AVAL", "CNSR"])
    return rows.set_index("USUBJID")[["AVAL", "CNSR"]].astype({"AVAL": float, "CNSR": int})


def times_of(times: pd.DataFrame, group: Group) -> pd.DataFrame:
    """Times of the participants of a group, in the order of the data."""
    return times[times.index.isin(group.subjects)]


def estimate_incidence(times: pd.DataFrame, level: float) -> pd.DataFrame:
    """Cumulative incidence (Aalen-Johansen), death competing: one row per distinct time."""
    return aalen_johansen(times["AVAL"], times["CNSR"], cause=EVENT, censored=CENSORED, level=level)


def estimate_naive(times: pd.DataFrame, level: float) -> pd.DataFrame:
    """1 - Kaplan-Meier, in which a death before the event is censoring like any other."""
    curve = kaplan_meier(times["AVAL"], times["CNSR"] == EVENT, level=level)
    return curve.assign(
        estimate=1 - curve["estimate"], lower=1 - curve["upper"], upper=1 - curve["lower"]
    )


def read_at(curve: pd.DataFrame, days: Iterable[float]) -> list[dict[str, float]]:
    """Estimate with limits at days; NaN beyond the last observed time."""
    rows = tabulate_at_times(curve, days)[["estimate", "lower", "upper"]].astype(float)
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def read_shares(curve: pd.DataFrame, n: int, days: Iterable[float]) -> list[dict[str, float]]:
    """Estimate with limits at days, and what it rests on: n with the event by then, of N.

    `fewest_at_risk`: on the day with an event on which they were fewest; N before the first event.
    """
    days = list(days)
    rises = curve.loc[curve["n_event"] > 0, ["time", "n_event", "n_risk"]].to_numpy(dtype=float)
    rests = []
    for day in days:
        _, events, risk = rises[rises[:, 0] <= day].T
        fewest = min([float(n), *map(float, risk)])
        rests.append({"n": float(events.sum()), "N": float(n), "fewest_at_risk": fewest})
    return [found | own for found, own in zip(read_at(curve, days), rests, strict=True)]


def note_shares() -> str:
    """Where a count stands in the place of an estimate."""
    return (
        f"n / N in the place of a percentage: participants with the event by then, of all, where "
        f"one came among fewer than {FEWEST} at risk or there are fewer than {FEWEST} participants."
    )


def count_until(times: pd.DataFrame, days: Iterable[float]) -> list[dict[str, float]]:
    """At risk at the beginning of each day; with an event, censored and dead until the day before.

    The four add up to the participants with a time.
    """
    value, state = times["AVAL"].to_numpy(), times["CNSR"].to_numpy()
    return [
        {
            "at_risk": float(np.sum(value >= day)),
            "events": float(np.sum((value < day) & (state == EVENT))),
            "censored": float(np.sum((value < day) & (state == CENSORED))),
            "competing": float(np.sum((value < day) & (state == COMPETING))),
        }
        for day in days
    ]
