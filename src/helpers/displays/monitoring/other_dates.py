"""What the stopping rule would say if a dose was given on the day that its other records have."""

from dataclasses import dataclass, replace

import pandas as pd

from helpers.displays import show
from helpers.displays.cells import Cell
from helpers.displays.exposure.dose_dates import describe_doses, find_doubtful
from helpers.displays.model import NOT_APPLICABLE, Light, Line
from helpers.displays.monitoring.states import STATES
from helpers.displays.monitoring.stopping import ArmMonitor, find_monitored, monitor_arm
from helpers.displays.results import Key, Result, rows_of
from helpers.displays.rows import Row, heading_row, of_persons
from helpers.params.trial import Arm
from helpers.view import ClosedView

CATEGORY = "OTHER_DATE"
SEVERITY = ("TOO_FEW", "CLEAR", "NEAR", "ALERT")
NAMES = {"EVALDT": "ALTEVLDT", "STOPDT": "ALTSTPDT", "SRCSEQ": "ALTSEQ"}
CHECK = "Check dose date"


@dataclass(frozen=True)
class OtherDates:
    """An arm by the other dates of its doses.

    `found` is the monitor by all of them, `worst` the state where only those are wrong that bring
    an event, `doses` the recorded and the other date of each.
    """

    found: ArmMonitor
    worst: str
    doses: tuple[str, ...]

    @property
    def state(self) -> str:
        """State of the rule by the other dates."""
        return read_state(self.found)


def read_state(found: ArmMonitor) -> str:
    """State of an arm; an alert that the committee has not answered stays one."""
    return "ALERT" if found.open_alert else found.state


def find_other_dates(view: ClosedView, arm: Arm) -> OtherDates | None:
    """The arm by the other dates of its doses; None where they change nothing of the rule."""
    if not (view.has("adstop", *NAMES.values()) and view.has("adex", "ALTDT", "ALTSRC")):
        return None
    persons = find_monitored(view, arm)
    changed = persons[_differs(persons, "STOPDT") | _differs(persons, "EVALDT")]
    if changed.empty:
        return None
    own, other = (monitor_arm(one, arm) for one in (view, swap_dates(view)))
    said = [(one.now.events, one.now.evaluable, one.state, one.open_alert) for one in (own, other)]
    if said[0] == said[1] and not _changes_events(changed):
        return None
    added = monitor_arm(swap_dates(view, among=changed["STOPDT"].isna()), arm)
    worst = max((read_state(one) for one in (other, added)), key=SEVERITY.index)
    return OtherDates(other, worst, tuple(_describe_doses(view, changed)))


def _differs(persons: pd.DataFrame, name: str) -> pd.Series:
    own, other = persons[name], persons[NAMES[name]]
    return (own != other) & ~(own.isna() & other.isna())


def _changes_events(persons: pd.DataFrame) -> bool:
    return bool((persons["STOPDT"].isna() != persons["ALTSTPDT"].isna()).any())


def swap_dates(view: ClosedView, *, among: pd.Series | None = None) -> ClosedView:
    """The view with the other dates in the place of the recorded ones; `among` some rows only."""
    adstop = view["adstop"]
    chosen = pd.Series(True, index=adstop.index)
    if among is not None:
        chosen = among.reindex(adstop.index, fill_value=False).astype(bool)
    columns = {own: adstop[own].mask(chosen, adstop[other]) for own, other in NAMES.items()}
    datasets = {**view.datasets, "adstop": adstop.assign(**columns)}
    if view.has("adae", "ALTSTPFL"):
        datasets["adae"] = view["adae"].assign(SEVTOXFL=view["adae"]["ALTSTPFL"])
    return replace(view, datasets=datasets)


def _describe_doses(view: ClosedView, persons: pd.DataFrame) -> list[str]:
    doses = find_doubtful(view)
    doses = doses[doses["USUBJID"].isin(persons["USUBJID"])]
    return describe_doses(doses, persons.set_index("USUBJID")["SUBJID"])


def describe_other_dates(other: OtherDates) -> str:
    """The doses, and what the arm would stand at by their other dates."""
    now, names = other.found.now, "; ".join(other.found.events)
    dates = "that date" if len(other.doses) == 1 else "these dates"
    worst = ""
    if other.worst != other.state:
        worst = f", with only some of these dates {STATES[other.worst][1].lower()}"
    return (
        f"dose date to check: {'; '.join(other.doses)}; by {dates} {now.events} of "
        f"{now.evaluable} evaluable with a stopping event{f' ({names})' if names else ''}, "
        f"{STATES[other.state][1].lower()}{worst}."
    )


def describe_arms(view: ClosedView) -> str:
    """What `describe_other_dates` says of each arm; empty where no date changes anything."""
    found = [(arm, find_other_dates(view, arm)) for arm in view.trial.active_arms]
    return " ".join(f"{arm.label}: {describe_other_dates(one)}" for arm, one in found if one)


def warn_of_dates(light: Light, other: OtherDates | None) -> Light:
    """The light of an arm, never calmer than the other dates would make it."""
    if other is None:
        return light
    said = describe_other_dates(other)
    why = f"{said[:1].upper()}{said[1:]} By the recorded date: {light.why}"
    if light.state == "alert":
        return replace(light, why=why)
    state = "alert" if other.worst == "ALERT" else "near"
    return replace(light, state=state, word=CHECK, why=why)


def warn_of_trigger_dates(view: ClosedView, light: Light) -> Light:
    """The light of the triggers; amber at least where the other date of a dose counts others."""
    if not (view.has("adae", "ALTTRGFL") and view.has("adpause")):
        return light
    rows = view["adpause"]
    rows = rows[rows["SRCDOM"] == "ae"]
    own = set(zip(rows["USUBJID"], rows["SRCSEQ"], strict=True))
    events = view.flagged("adae", "ALTTRGFL")
    other = set(zip(events["USUBJID"], events["AESEQ"], strict=True))
    if own == other:
        return light
    names = of_persons(view.population("SAF"), "SUBJID")
    changed = ", ".join(sorted({str(names[subject]) for subject, _ in own ^ other}))
    why = (
        f"{light.why} Dose date to check: by the other date of a dose the triggers count "
        f"{len(other)} events instead of {len(own)} ({changed})."
    )
    if light.state != "ok":
        return replace(light, why=why)
    return replace(light, state="near", word=CHECK, why=why)


def list_other_counts(other: OtherDates | None, key: Key) -> list[Result]:
    """Participants with an event and evaluable ones by the other dates."""
    if other is None:
        return []
    now = other.found.now
    numbers = {"events": float(now.events), "evaluable": float(now.evaluable)}
    return rows_of(key._replace(category=CATEGORY), numbers)


def list_other_rows(view: ClosedView, parameter: str) -> list[Row]:
    """Lines of the monitor by the other dates; none where they change nothing."""
    found = {arm.code: find_other_dates(view, arm) for arm in view.trial.active_arms}
    if not any(found.values()):
        return []
    results: list[Result] = []
    counts: list[Cell | str] = []
    states: list[Cell | str] = []
    for arm in view.arms:
        other, key = found.get(arm.code), Key("SAF", arm.label, parameter)
        results += list_other_counts(other, key)
        same = "as recorded" if arm.code in found else NOT_APPLICABLE
        cell = Cell(key._replace(category=CATEGORY), show.events_of())
        counts.append(cell if other else same)
        states.append(STATES[other.state][1] if other else same)
    return [
        heading_row("By the other recorded dose dates, to be checked"),
        Row(Line("State by these dates", tuple(states), level=1, strong=True)),
        Row(Line("With a stopping event / evaluable", tuple(counts), level=1), tuple(results)),
    ]
