"""F-S-17: a profile of each participant with a grave event or a potential Hy's law case."""

import math
from collections.abc import Iterator

import pandas as pd

from helpers.displays.columns import choose_arm, state_arm, state_date
from helpers.displays.declare import shown_as
from helpers.displays.exposure.dose_dates import note_dose_dates
from helpers.displays.figure_series import FigureSeries, Picture
from helpers.displays.formats import format_number
from helpers.displays.model import join_notes
from helpers.displays.profiles.chosen import MOST, OTHER, choose_drawn, choose_participants
from helpers.displays.profiles.drawing import MOST_EVENTS, draw_profile
from helpers.displays.profiles.laboratory import HIGHEST, MOST_TESTS, SEVERE
from helpers.displays.profiles.tracks import SIGNS, Profile, read_profiles
from helpers.displays.results import format_value
from helpers.displays.summary.wording import count_of
from helpers.view import ClosedView, View

LEAST = 10  # participants drawn where nobody else must be
COLUMNS = ("Participant", "Arm", "What", "Name", "Day", "Until day", "Value")
REASONS = (
    "died",
    "stopping event",
    "immediate trigger",
    "potential Hy's law case",
    "related serious event",
    "serious event",
)


@shown_as(
    "F-S-17",
    title="Profiles of participants with a serious or stopping event or a signal",
    needs=("adae", "adsl"),
    absent="There are no adverse event data in this trial.",
    variables=("ASERFL",),
)
def plot_profiles(view: View) -> FigureSeries:
    """Doses, adverse events, laboratory, vital signs and the key score on one axis of days.

    No results: the records drawn, and those of participants who are not, are in the CSV copy.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("a profile shows the doses")
    chosen = choose_participants(view)
    persons = [person for _, person in chosen.iterrows()]
    profiles = list(zip(persons, read_profiles(view, chosen), strict=True))
    drawn = len(choose_drawn(chosen, LEAST))
    pictures = tuple(
        Picture(
            _name(view, person),
            draw_profile(profile, _position(view, person), f"F-S-17-{place}"),
            _describe(profile),
        )
        for place, (person, profile) in enumerate(profiles[:drawn], start=1)
    )
    return FigureSeries(
        population_line="Randomised participants with a serious event after randomisation, a "
        "stopping event, an immediate trigger or a potential Hy's law case, by arm "
        f"{_say_arm(view)}, N = {len(chosen)}. Data to {state_date(view.cutoff)}.",
        headline=_state_headline(view, chosen),
        pictures=pictures,
        alternative="\n".join(f"{one.title}. {one.alternative}" for one in pictures),
        columns=COLUMNS,
        records=tuple(
            row for person, profile in profiles for row in _list_records(view, person, profile)
        ),
        notes=join_notes(
            "Order: who died, then stopping events, immediate triggers, potential Hy's law cases "
            "(F-S-11), related serious events, other serious events; each by arm and participant.",
            _count_grave_not_drawn(view, chosen.iloc[drawn:]),
            _name_not_drawn(view, chosen.iloc[drawn:]),
            "Upright lines: doses, dashed: death. Bars: adverse events with their grade, dark "
            "where serious, fatal, a stopping event or of grade 3 or more; arrow: not ended. At "
            f"most {MOST_EVENTS} are drawn, grave ones before others.",
            _count_undated(profiles[:drawn]),
            note_dose_dates(
                view, "Doses are drawn on the recorded date.", chosen["USUBJID"].iloc[:drawn]
            ),
            *_explain_measurements(view),
            _name_left_out(profiles[:drawn]),
            "Events: L-S-01, L-S-02.",
        ),
        source_note="adsl, adae, adex, adlb (XULN), advs (ALARMFL), adeff; plot_profiles.",
        empty="No participant has a serious event, a stopping event, an immediate trigger or a "
        "potential Hy's law case",
    )


def _say_arm(view: ClosedView) -> str:
    said = state_arm(view, view.safety)
    return said if said == "as randomised" else f"{said}, without a treatment as randomised"


def _label(view: ClosedView, person: pd.Series) -> str:
    return view.trial.arm(person["ARM"]).label


def _position(view: ClosedView, person: pd.Series) -> int:
    return view.trial.arm_position(person["ARM"])


def _name(view: ClosedView, person: pd.Series) -> str:
    """`031, A: died`."""
    untreated = ", not treated" if "TRT01A" in person and pd.isna(person["TRT01A"]) else ""
    reason = REASONS[int(person["REASON"])]
    return f"{person['SUBJID']}, {_label(view, person)}{untreated}: {reason}"


def _state_headline(view: ClosedView, chosen: pd.DataFrame) -> str:
    if chosen.empty:
        return ""
    everybody = choose_arm(view, view.population("ITT"))
    arms = [
        f"{int((chosen['ARM'] == arm.code).sum())} of {int((everybody == arm.code).sum())} in "
        f"{arm.label}"
        for arm in view.arms
    ]
    return (
        "Participants with a serious event, a stopping event, an immediate trigger or a potential "
        f"Hy's law case: {', '.join(arms)}."
    )


def _count_grave_not_drawn(view: ClosedView, rest: pd.DataFrame) -> str:
    """How many with more than an unrelated serious event have no room; empty where all have."""
    grave = rest[rest["REASON"] < OTHER]
    if grave.empty:
        return ""
    arms = [f"{int((grave['ARM'] == arm.code).sum())} in {arm.label}" for arm in view.arms]
    return (
        f"At most {MOST} participants are drawn, the first in this order. Not drawn although they "
        "died or had a stopping event, an immediate trigger, a potential Hy's law case or a "
        "related serious event: "
        f"{', '.join(arms)}. Their records are in the CSV copy, their events in L-S-01."
    )


def _name_not_drawn(view: ClosedView, rest: pd.DataFrame) -> str:
    """Who is left to the file of the display, with the arm; empty where everybody is drawn."""
    rest = rest[rest["REASON"] == OTHER]
    if rest.empty:
        return ""
    named = ", ".join(f"{row['SUBJID']} ({_label(view, row)})" for _, row in rest.iterrows())
    return (
        f"Not drawn, serious events neither related nor fatal nor stopping events: {named}. "
        "Their records are in the CSV copy, their events in L-S-01 and L-S-02."
    )


def _explain_measurements(view: ClosedView) -> tuple[str, ...]:
    """Which measurements are drawn, of those that the trial has."""
    said = []
    if view.has("adlb", "XULN"):
        shown = view.trial.laboratory.shown
        first = f"{view.trial.laboratory.labels.get(shown[0], shown[0])}, " if shown else ""
        hepatic = _say_bilirubin(view)
        fluid = view.trial.laboratory.spinal_fluid.tests
        said.append(
            f"Laboratory: {first}the {HIGHEST} {'others' if first else 'tests'} with the highest "
            "multiple of the upper limit in the participant, and every test that reached grade "
            f"{SEVERE}, by a high or a low value{hepatic}; at most {MOST_TESTS}."
            + (" Spinal fluid, wherever measured, has a panel of its own." if fluid else "")
            + f" Ringed: grade {SEVERE} or more{', and such a bilirubin' if hepatic else ''}; "
            "dashed: the upper limit."
        )
    if view.has("advs"):
        said.append(
            f"Vital signs: the first {SIGNS} that have an alarm in this trial, and each other one "
            "in which the participant has an alarm. Ringed: alarms; dashed: their limits."
        )
    if said:
        said.append("A value that is impossible (L-S-06, L-S-07) or has no date is not drawn.")
    return tuple(said)


def _say_bilirubin(view: ClosedView) -> str:
    known = view.has("adlb", "HYSFL") and view.trial.laboratory.hepatic is not None
    return ", or has the bilirubin of a potential Hy's law case" if known else ""


def _name_left_out(profiles: list[tuple[pd.Series, Profile]]) -> str:
    """Tests that a note promises and a picture lacks, by participant; empty where none."""
    named = [
        f"{person['SUBJID']} {', '.join(lacking)}"
        for person, profile in profiles
        if (lacking := [name for track in profile.tracks for name in track.left_out])
    ]
    if not named:
        return ""
    return (
        "Of these tests not drawn, or not with every value (no room, no upper limit, or a value "
        f"of 0): {'; '.join(named)}. See L-S-06."
    )


def _count_undated(profiles: list[tuple[pd.Series, Profile]]) -> str:
    n = sum(profile.undated for _, profile in profiles)
    return f"{count_of(n, 'adverse event')} without a date, not drawn." if n else ""


def _describe(profile: Profile) -> str:
    """The text alternative: doses, grave events, range of each measurement."""
    doses = ", ".join(_name_day(day) for day in profile.doses)
    grave = [f"{e.name} from day {_name_day(e.start)}" for e in profile.events if e.grave]
    said = [
        f"Doses on day {doses}." if doses else "No dose.",
        f"Grave events: {'; '.join(grave) or 'none'}.",
    ]
    for track in profile.tracks:
        values = track.points.numbers
        if len(values):
            whole = bool((values % 1 == 0).all())
            low, high = (
                format_number(float(v), 0 if whole else 1) for v in (values.min(), values.max())
            )
            said.append(f"{track.title}: {low} to {high}.")
    return " ".join(said)


def _name_day(day: float) -> str:
    return format_number(math.floor(day), 0)


def _list_records(
    view: ClosedView, person: pd.Series, profile: Profile
) -> Iterator[tuple[str, ...]]:
    """Every dose, event and value of one participant."""
    who = (str(person["SUBJID"]), _label(view, person))
    for number, day in enumerate(profile.doses, start=1):
        yield (*who, "Dose", f"Dose {number}", _write(day), "", "")
    for event in profile.events:
        end = "ongoing" if event.ongoing else _write(event.end)
        yield (*who, "Adverse event", event.name, _write(event.start), end, "")
    if profile.death is not None:
        yield (*who, "Death", "Death", _write(profile.death), "", "")
    for track in profile.tracks:
        points = track.points
        for name, day, value in zip(points.names, points.days, points.numbers, strict=True):
            yield (*who, track.title, name, _write(float(day)), "", format_value(float(value)))


def _write(day: float) -> str:
    return format_value(round(day, 3))
