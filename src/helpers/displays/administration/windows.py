"""Who had an event in a window after an administration, and whose window is evaluable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.displays.results import Key, Result, rows_of
from helpers.stats.estimates import NAN
from helpers.stats.proportions import compare_proportions, estimate_proportion
from helpers.view import ClosedView, Group

ANY_DOSE = "ANY"
PRIMARY_WINDOW = "ADMIN"
LISTED, IN_WINDOW, RELATED = "list_and_window", "window_any", "related_any"


def list_windows(view: ClosedView) -> dict[str, int]:
    """Windows by code with their hours, the primary one among them, shortest first."""
    windows = dict(view.interim.windows)
    if view.interim.admin_window_hours not in windows.values():
        windows[PRIMARY_WINDOW] = view.interim.admin_window_hours
    return dict(sorted(windows.items(), key=lambda item: item[1]))


@dataclass(frozen=True)
class Doses:
    """Given administrations (adex) and the treatment-emergent events counted after them."""

    given: pd.DataFrame
    events: pd.DataFrame

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the doses that somebody got, by time, in order."""
        return tuple(sorted(int(n) for n in self.given["DOSEORD"].dropna().unique()))

    def after(self, window: str, dose: int | None) -> pd.DataFrame:
        """Events in a window after a dose, or after any."""
        found = self.events[self.events[f"{window}FL"] == "Y"]
        return found if dose is None else found[(found["DOSEREF"] == dose).fillna(False)]

    def classify_participants(self, window: str, dose: int | None) -> pd.DataFrame:
        """Participants who got the dose (USUBJID): EVENT and EVALUABLE of each.

        A window is evaluable when it has ended for every dose in question, or holds an event.
        """
        given = self.given if dose is None else self.given[self.given["DOSEORD"] == dose]
        done = (given[f"{window}DONE"] == "Y").groupby(given["USUBJID"]).all()
        event = pd.Series(done.index.isin(self.after(window, dose)["USUBJID"]), index=done.index)
        return pd.DataFrame({"EVENT": event, "EVALUABLE": done | event})

    def classify_administrations(self, window: str) -> pd.DataFrame:
        """The same with one row per administration, indexed by USUBJID."""
        hits = self.after(window, None)
        pairs = set(zip(hits["USUBJID"], hits["DOSEREF"], strict=True))
        keys = zip(self.given["USUBJID"], self.given["DOSEORD"], strict=True)
        event = pd.Series([key in pairs for key in keys], index=self.given["USUBJID"], dtype=bool)
        done = (self.given[f"{window}DONE"] == "Y").to_numpy()
        return pd.DataFrame({"EVENT": event, "EVALUABLE": event | done})


def collect_doses(view: ClosedView, events: pd.DataFrame) -> Doses:
    """Given doses of the safety set, with the events among its treatment-emergent ones."""
    given = view.flagged("adex", "GIVENFL")
    safety = view.population("SAF")["USUBJID"]
    return Doses(given[given["USUBJID"].isin(safety)], events)


def choose_events(view: ClosedView, definition: str) -> pd.DataFrame:
    """Treatment-emergent events that a definition counts, whatever their window."""
    emergent = view.flagged("adae", "TRTEMFL")
    if definition == LISTED:
        return emergent[emergent["AALISTFL"] == "Y"]
    return emergent[emergent["RELFL"] == "Y"] if definition == RELATED else emergent


def count_evaluable(status: pd.DataFrame, group: Group) -> dict[str, float]:
    """Participants with an event (n), evaluable participants (N), percent, of one group."""
    own = status[status.index.isin(group.subjects) & status["EVALUABLE"]]
    n, total = int(own["EVENT"].sum()), len(own)
    return {"n": n, "N": total, "pct": 100 * n / total if total else NAN}


def share_results(view: ClosedView, key: Key, counts: Mapping[str, float]) -> list[Result]:
    """Counts of one group with the limits of the proportion."""
    interim = view.interim
    share = estimate_proportion(
        int(counts["n"]), int(counts["N"]), level=interim.conf_level_safety, method=interim.ci_prop
    )
    limits = rows_of(key, {"lower": share.lower, "upper": share.upper}, share.method)
    return [*rows_of(key, counts), *limits]


def dose_contrasts(view: ClosedView) -> list[tuple[str, str, str]]:
    """Contrasts between arms that both get doses."""
    active = {arm.code for arm in view.arms if arm.active}
    return [c for c in view.contrasts if {c[1], c[2]} <= active]


def difference_results(
    view: ClosedView, key: Key, by_arm: Mapping[str, Mapping[str, float]]
) -> list[Result]:
    """Differences between dosed arms; `by_arm` holds their counts by label."""
    found: list[Result] = []
    for label, first, second in dose_contrasts(view):
        x, y = (by_arm[view.trial.arm(code).label] for code in (first, second))
        difference = compare_proportions(
            int(x["n"]),
            int(x["N"]),
            int(y["n"]),
            int(y["N"]),
            level=view.interim.conf_level_safety,
            method=view.interim.ci_diff,
        )
        values = {name: difference[name] for name in ("estimate", "lower", "upper")}
        found += rows_of(key._replace(contrast=label), values, difference.method)
    return found


def count_not_evaluable(status: Iterable[pd.DataFrame]) -> list[int]:
    """How many were not evaluable, per frame."""
    return [int((~frame["EVALUABLE"]).sum()) for frame in status]
