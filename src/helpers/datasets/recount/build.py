"""recount: numbers of T-S-10, T-S-11 and T-S-23 by a second route, under the keys of the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.datasets.recount.happenings import read_events, within
from helpers.datasets.recount.people import People, read_people
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial

COLUMNS = ("DISPLAY", "POPULATION", "ARM", "PARAMETER", "VISIT", "CATEGORY", "STATISTIC", "VALUE")
OVERVIEW, PRIMARY, MONITOR = "T-S-10", "T-S-11", "T-S-23"
SEVERE = 3
EVERYBODY = "Total"
Row = tuple[str, str, str, str, str, str, str, float]
Members = Mapping[str, "pd.Index[str]"]


@dataclass(frozen=True)
class Source:
    """What is counted: participants with their doses, and their events."""

    people: People
    events: pd.DataFrame
    trial: Trial
    interim: Interim
    cutoff: pd.Timestamp


def build_recount(
    records: Records, trial: Trial, interim: Interim, cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per number: DISPLAY, the key in that display's results, STATISTIC, VALUE.

    Parameters
    ----------
    records : usable records as known at the cut-off, with arms and doses.
    """
    people = read_people(records, trial, cutoff)
    first = people.doses[people.doses["NUMBER"] == 1].set_index("SUBJID")["BEGAN"]
    persons = people.persons.assign(FIRST=first.reindex(people.persons.index))
    people = People(persons, people.doses)
    source = Source(people, read_events(records, people, trial, interim), trial, interim, cutoff)
    held = set(records["ae"].columns)
    rows = [*_count_overview(source, held), *_count_windows(source), *_count_stopping(source)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"VALUE": "Float64"})


def _split(source: Source, column: str, *, active: bool = False) -> dict[str, "pd.Index[str]"]:
    """SUBJID of each arm, by its label, and of all of them."""
    persons = source.people.persons
    arms = [arm for arm in source.trial.arms if arm.route is not None or not active]
    parts = {arm.label: persons.index[persons[column] == arm.code] for arm in arms}
    codes = [arm.code for arm in arms]
    return {**parts, EVERYBODY: persons.index[persons[column].isin(codes)]}


def _keep(groups: Members, members: Iterable[str]) -> dict[str, "pd.Index[str]"]:
    return {label: own[own.isin(list(members))] for label, own in groups.items()}


def _count(place: tuple[str, str], code: str, groups: Members, events: pd.DataFrame) -> list[Row]:
    """Participants with an event, participants, and events, of each group."""
    rows: list[Row] = []
    for label, members in groups.items():
        own = events[events["SUBJID"].isin(members)]
        numbers = {"n": own["SUBJID"].nunique(), "N": len(members), "events": len(own)}
        rows += [
            (*place, label, code, "", "", name, float(value)) for name, value in numbers.items()
        ]
    return rows


def _count_overview(source: Source, held: set[str]) -> Iterator[Row]:
    """Rows of T-S-10; those whose raw variable the trial does not collect are left out."""
    persons, events = source.people.persons, source.events
    after = events[events["AFTER"]]
    population = source.interim.population_safety
    arm = "TREATED" if population == "SAF" else "PLANNED"
    itt, saf = _split(source, "PLANNED"), _split(source, arm)
    yield from _count((OVERVIEW, "ITT"), "any_after_rand", itt, after)
    meant, never = _split(source, "PLANNED", active=True), persons.index[persons["NEVER"]]
    waiting = after[after["FIRST"].isna() | (after["START"] < after["FIRST"])]
    undosed = after[after["START"].dt.floor("D") <= after["WAITED"]]
    waits = _keep(meant, persons.index.difference(never))
    yield from _count((OVERVIEW, "ITT"), "between_rand_and_dose", waits, waiting)
    yield from _count((OVERVIEW, "ITT"), "never_dosed", _keep(meant, never), undosed)
    emergent = events[events["EMERGENT"]]
    dosed = _split(source, arm, active=True)
    changed = source.trial.adverse_events.dose_changed
    kinds: dict[str, tuple[str, Members, Callable[[pd.DataFrame], pd.Series]]] = {
        "teae": ("AESTDTC", saf, lambda e: e["EMERGENT"]),
        "related_product": ("AEREL", dosed, lambda e: e["PRODUCT"]),
        "related_procedure": ("AERELPR", dosed, lambda e: e["PROCEDURE"]),
        "grade_ge3": ("AETOXGR", saf, lambda e: e["GRADE"] >= SEVERE),
        "serious": ("AESER", saf, lambda e: e["SERIOUS"]),
        "serious_related": (
            "AEREL",
            saf,
            lambda e: e["SERIOUS"] & (e["PRODUCT"] | e["PROCEDURE"]),
        ),
        "dose_changed": ("AEACN", dosed, lambda e: e["AEACN"].isin(changed)),
        "discontinued": ("AESTDTC", saf, _is_last_before_leaving),
        "aesi": ("AEDECOD", saf, lambda e: e["INTEREST"]),
        "fatal": ("AEOUT", saf, lambda e: e["FATAL"]),
    }
    for code, (raw, groups, choose) in kinds.items():
        if raw in held:
            chosen = emergent[choose(emergent).to_numpy(dtype=bool)]
            yield from _count((OVERVIEW, population), code, groups, chosen)


def _is_last_before_leaving(events: pd.DataFrame) -> pd.Series:
    """The last event of each participant who left the study for one."""
    left = events[(events["REASON"] == "ADVERSE_EVENT")]
    left = left[~(left["START"].dt.floor("D") > left["LEFT"])]
    order = ["START", "GRADE", "AESEQ"]
    last = left.sort_values(order, na_position="first").groupby("SUBJID").tail(1)
    return pd.Series(events.index.isin(last.index), index=events.index)


def _count_windows(source: Source) -> Iterator[Row]:
    """Participants with an event in each window after any dose and after each; the evaluable."""
    emergent = source.events[source.events["EMERGENT"]]
    chosen = {
        "list_and_window": emergent["LISTED"],
        "window_any": emergent["EMERGENT"],
        "related_any": emergent["PRODUCT"] | emergent["PROCEDURE"],
    }[source.interim.aa_definition]
    events, doses = emergent[chosen], _find_over(source)
    windows = dict(source.interim.windows)
    if source.interim.admin_window_hours not in windows.values():
        windows["ADMIN"] = source.interim.admin_window_hours
    groups = _split(source, "TREATED", active=True)
    for window, hours in windows.items():
        hits = events[within(events, hours)]
        over = doses["GONE"] | (doses["BEGAN"] + pd.Timedelta(hours=hours) <= doses["CLOSES"])
        for number in (None, *sorted(doses["NUMBER"].unique())):
            own = doses if number is None else doses[doses["NUMBER"] == number]
            hit = hits if number is None else hits[hits["NUMBER"] == number]
            yield from _count_window(
                ("ANY" if number is None else f"DOSE{number}", window),
                groups,
                over[own.index].groupby(own["SUBJID"]).all(),
                set(hit["SUBJID"]),
                source.interim.aa_definition,
            )


def _find_over(source: Source) -> pd.DataFrame:
    """Doses with CLOSES, the end of the data, and GONE: whoever died or left is seen to the end."""
    persons = source.people.persons
    gone = persons["DEATH"].notna() | persons["LEFT"].notna()
    doses = source.people.doses
    closes = source.cutoff + pd.Timedelta(days=1)
    return doses.assign(GONE=doses["SUBJID"].map(gone).astype(bool), CLOSES=closes)


def _count_window(
    place: tuple[str, str], groups: Members, over: pd.Series, hits: set[str], definition: str
) -> Iterator[Row]:
    visit, window = place
    for label, members in groups.items():
        own = over[over.index.isin(members)]
        hit = own.index.isin(list(hits))
        numbers = {"n": int(hit.sum()), "N": int((own.to_numpy(dtype=bool) | hit).sum())}
        for name, value in numbers.items():
            yield (PRIMARY, "SAF", label, definition, visit, window, name, float(value))


def _count_stopping(source: Source) -> Iterator[Row]:
    """Participants of each arm with a stopping event, and those who can be judged."""
    rule = source.trial.stopping_event
    persons = source.people.persons
    hit = persons.index.isin(source.events.loc[source.events["STOPS"], "SUBJID"])
    passed = persons["FIRST"].dt.floor("D") + pd.Timedelta(days=rule.related_days)
    judged = hit | persons["DIED"] | (persons["EXIT"] >= passed)
    for label, members in _split(source, "TREATED", active=True).items():
        if label == EVERYBODY:
            continue
        own = persons.index.isin(members)
        numbers = {"events": hit & own, "evaluable": judged & own}
        for name, chosen in numbers.items():
            yield (MONITOR, "SAF", label, "STOPPING", "", "", name, float(chosen.sum()))
