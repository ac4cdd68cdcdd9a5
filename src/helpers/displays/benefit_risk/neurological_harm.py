"""T-S-25: participants whose neurological score became worse, by visit and after each dose."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.exposure.other_arm import describe_arms
from helpers.displays.exposure.routes import name_other_routes
from helpers.displays.formats import format_cell, format_number
from helpers.displays.model import Cell, Table, join_notes
from helpers.displays.results import Key, Result, format_value, index_results
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row, of_persons
from helpers.displays.summary.wording import count_of, name_some
from helpers.params.trial import Score
from helpers.stats.estimates import NAN
from helpers.view import ClosedView, Group, View

ANY = "ANY"
MOST_NAMED = 20
FROM_BASELINE, FROM_DOSE = "WORS", "DWORS"


class _Limit(NamedTuple):
    """A worsening of a score that counts as harm, in a population."""

    population: str
    code: str
    score: Score
    least: float

    def key(self, visit: str = "", arm: str = "") -> Key:
        """Key of the participants who reached it at a visit or after a dose."""
        return Key(self.population, arm, self.code, visit, f"WORSE_{format_value(self.least)}")

    def label(self) -> str:
        """Score, direction and size: `Stroke score: rise of 4 or more`."""
        change = "rise" if self.score.direction < 0 else "loss"
        size = format_number(self.least, 0 if self.least.is_integer() else self.score.decimals)
        return f"{self.score.label}: {change} of {size} or more"


class _Place(NamedTuple):
    """Where a worsening is looked for: its visit or dose, and the worsening of each participant."""

    visit: str
    label: str
    worst: pd.Series  # largest worsening by USUBJID
    dosed_only: bool = False


@shown_as(
    "T-S-25",
    title="Neurological harm: participants whose scores became worse",
    needs=("adharm", "adsl"),
    absent="No score of this trial is watched for neurological worsening.",
)
def tabulate_neurological_harm(view: View) -> Table:
    """Participants worse by each limit of each score, among those with a value, by arm as treated.

    By visit and at any time the change is that from baseline; after a dose that from the last value
    before the dose.

    Raises
    ------
    TypeError
        If the view has no arms.
    """
    if not isinstance(view, ClosedView):
        raise TypeError("harm is counted by arm")
    groups = view.groups(view.safety)
    limits = list(_list_limits(view))
    rows = [row for limit in limits for row in _limit_rows(view, limit, groups)]
    lines, results = collect_rows(rows)
    return Table(
        population_line=f"{state_population(view, view.safety)} Participants n / N (%), N those "
        "with a baseline value and one at that visit or after that dose.",
        results=results,
        notes=join_notes(
            "By visit: change from baseline at the value that the analyses use. At any time: the "
            "worst of all values after baseline, unscheduled ones too.",
            "After a dose: the worst of all values until the next dose, against the last value "
            "before the dose; n.a.: no dose is planned in this arm, and the total is that of the "
            "arms with doses.",
            _note_ratings(view, _keep_largest(limits)),
            "Counted whether or not an adverse event was recorded for it (T-S-12).",
            "The limits are parameters of the trial. Two ratings of one participant can differ "
            "without any change; read the arms beside each other.",
            describe_arms(view) if view.safety == "SAF" else "",
            _note_never_dosed(view, _keep_largest(limits)),
            _note_deaths(view),
            _note_incomplete(view, _keep_largest(limits)),
            *(_name_participants(view, limit) for limit in _keep_largest(limits)),
        ),
        source_note="adharm (WORS; after a dose DWORS by DOSEORD), adsl; "
        "tabulate_neurological_harm.",
        headline=_state_headline(view, _keep_largest(limits), results),
        stub="Participants who became worse",
        headers=build_headers(groups),
        lines=lines,
    )


def _list_limits(view: View) -> Iterator[_Limit]:
    for code, score in view.trial.scores.items():
        for least in score.harm:
            yield _Limit(view.safety, code, score, least)


def _keep_largest(limits: list[_Limit]) -> list[_Limit]:
    """The largest limit of each score."""
    codes = dict.fromkeys(limit.code for limit in limits)
    own = ([limit for limit in limits if limit.code == code] for code in codes)
    return [max(group, key=lambda limit: limit.least) for group in own]


def _limit_rows(view: ClosedView, limit: _Limit, groups: tuple[Group, ...]) -> list[Row]:
    active = [arm.code for arm in view.trial.active_arms]
    dosed = set(_find_dosed(view))

    def count(place: _Place) -> Callable[[Group], dict[str, float]]:
        among = place.worst[place.worst.index.isin(dosed)] if place.dosed_only else place.worst
        return lambda group: _count_worse(among, limit.least, group)

    return [
        heading_row(limit.label()),
        *(
            number_row(
                RowContext(
                    limit.key(place.visit),
                    groups,
                    only=active if place.dosed_only else None,
                    form=show.n_of(),
                    level=1,
                    strong=place.visit == ANY,
                ),
                place.label,
                count(place),
            )
            for place in _list_places(view, limit.code)
        ),
    ]


def _list_places(view: ClosedView, code: str) -> Iterator[_Place]:
    rows = view["adharm"]
    rows = rows[rows["PARAMCD"] == code]
    for visit in view.trial.visits:
        own = rows[(rows["AVISIT"] == visit.code) & (rows["ANL01FL"] == "Y")]
        yield _Place(visit.code, visit.label, _find_worst(own, FROM_BASELINE))
    yield _Place(ANY, "At any time", _find_worst(rows, FROM_BASELINE))
    for dose in range(1, view.trial.doses.planned + 1):
        own = rows[(rows["DOSEORD"] == dose).fillna(False)]
        worst = _find_worst(own, FROM_DOSE)
        yield _Place(f"DOSE{dose}", f"After dose {dose}", worst, dosed_only=True)


def _find_worst(rows: pd.DataFrame, variable: str) -> pd.Series:
    """Largest worsening by USUBJID, of those who have one."""
    return rows.dropna(subset=[variable]).groupby("USUBJID")[variable].max()


def _find_dosed(view: ClosedView) -> pd.Index:
    """Members of the arms that get doses."""
    codes = [arm.code for arm in view.trial.active_arms]
    arms = of_persons(view.population(view.safety), view.arm_variable(view.safety))
    return arms.index[arms.isin(codes)]


def _count_worse(worst: pd.Series, least: float, group: Group) -> dict[str, float]:
    own = worst[worst.index.isin(group.subjects)]
    n, total = int((own >= least).sum()), len(own)
    return {"n": n, "n_value": total, "pct": 100 * n / total if total else NAN}


def _note_never_dosed(view: ClosedView, limits: list[_Limit]) -> str:
    """Who became worse and is in no column: not in the population of safety displays."""
    rows, safe = view["adharm"], view.population(view.safety)["USUBJID"]
    persons = view.population("ITT").set_index("USUBJID")
    outside = rows[~rows["USUBJID"].isin(safe) & rows["USUBJID"].isin(persons.index)]
    said = []
    for limit in limits:
        worst = _find_worst(outside[outside["PARAMCD"] == limit.code], FROM_BASELINE)
        for subject in worst.index[worst >= limit.least]:
            arm = view.trial.arm(persons["TRT01P"][subject]).label
            said.append(f"{persons['SUBJID'][subject]} ({arm}, {limit.score.label})")
    if not said:
        return ""
    return f"Randomised and worse by the larger limit, but in no column: {', '.join(said)}."


def _note_deaths(view: ClosedView) -> str:
    """The dead have no value: how many that are, by arm."""
    persons = view.population(view.safety)
    if "DTHFL" not in persons:
        return ""
    dead = set(persons.loc[persons["DTHFL"] == "Y", "USUBJID"])
    by_arm = ", ".join(
        f"{len(dead & set(group.subjects))} in {group.label}"
        for group in view.groups(view.safety)[:-1]
    )
    return f"Deaths do not count as worsening; the dead have no later value: {by_arm} (T-S-18)."


def _note_ratings(view: ClosedView, limits: list[_Limit]) -> str:
    """How many values the worst after each dose is taken from: more of them are worse by chance."""
    said = []
    for limit in limits:
        rows = view["adharm"]
        rows = rows[rows["PARAMCD"] == limit.code].dropna(subset=[FROM_DOSE, "DOSEORD"])
        rows = rows[rows["USUBJID"].isin(_find_dosed(view))]
        per_dose = [
            f"{format_number(len(own) / own['USUBJID'].nunique(), 1)} after dose {dose}"
            for dose, own in rows.groupby("DOSEORD")
        ]
        if len(per_dose) > 1:
            said.append(f"{limit.score.label} {', '.join(per_dose)}")
    if not said:
        return ""
    return (
        f"Values for each participant with one: {'; '.join(said)}. The worst of more values is "
        "worse by chance alone: rows of different doses are not compared with each other."
    )


def _note_incomplete(view: ClosedView, limits: list[_Limit]) -> str:
    """Forms after baseline that give no score: a worsening may be hidden in them."""
    if not view.has("adeff", "NMISS", "OFFSET"):
        return ""
    rows, members = view["adeff"], _find_columns(view)
    labels = {limit.code: limit.score.label for limit in limits}
    lacking = rows["PARAMCD"].isin(labels) & rows["AVAL"].isna() & (rows["OFFSET"] > 0)
    rows = rows[lacking & rows["USUBJID"].isin(members.index)].sort_values(["SUBJID", "ADT"])
    if rows.empty:
        return ""
    named = (
        f"{row.SUBJID} ({view.trial.arm(members[row.USUBJID]).label}, {labels[row.PARAMCD]}, day "
        f"{row.ADY}, {count_of(row.NMISS, 'item')} missing)"
        for row in rows.itertuples()
    )
    return (
        f"Forms after baseline that give no score, in no count, whatever the items recorded in "
        f"them say: {name_some(named, MOST_NAMED)}."
    )


def _find_columns(view: ClosedView) -> pd.Series:
    """Arm under which each participant is counted, by USUBJID."""
    return of_persons(view.population(view.safety), view.arm_variable(view.safety))


def _find_worse(view: ClosedView, limit: _Limit) -> pd.DataFrame:
    """Who reached a limit at any time: ARM, the worst value, and by which OTHER route too."""
    rows = view["adharm"]
    rows = rows[(rows["PARAMCD"] == limit.code) & (rows["WORS"] >= limit.least).fillna(False)]
    members = _find_columns(view)
    rows = rows[rows["USUBJID"].isin(members.index)]
    rows = rows.sort_values(["SUBJID", "WORS", "ADT"], ascending=[True, False, True], kind="stable")
    rows = rows.drop_duplicates("SUBJID")
    return rows.assign(
        ARM=rows["USUBJID"].map(members), OTHER=rows["USUBJID"].map(_find_other_routes(view))
    )


def _find_other_routes(view: ClosedView) -> dict[str, str]:
    """Doses by another route than that of the column, in words, by USUBJID."""
    if view.safety != "SAF" or not view.has("adex", "ROUTECAT"):
        return {}
    return name_other_routes(view, _find_columns(view))


def _name_participants(view: ClosedView, limit: _Limit) -> str:
    """Who reached a limit at any time, with arm, worst change and its visit."""
    rows = _find_worse(view, limit)
    if rows.empty:
        return ""
    named = (
        f"{row.SUBJID} ({view.trial.arm(row.ARM).label}, "
        f"{'' if pd.isna(row.OTHER) else f'{row.OTHER}, '}"
        f"by {format_number(float(row.WORS), limit.score.decimals)} on day {row.ADY})"
        for row in rows.itertuples()
    )
    return f"{limit.label()}, worst of each: {name_some(named, MOST_NAMED)}."


def _state_headline(view: ClosedView, limits: list[_Limit], results: tuple[Result, ...]) -> str:
    """Counts at any time by the largest limit of each score."""
    statistics = index_results(results)
    if not view.total(view.safety).n:
        return "Nobody was treated by the cut-off."
    said = []
    for limit in limits:
        other = _name_other_routes(view, limit)
        keys = {arm.code: limit.key(ANY, arm.label) for arm in view.arms}
        counts = ", ".join(
            f"{format_cell(Cell(key, show.n_of()), statistics)} in {key.arm}{other.get(code, '')}"
            if statistics[key]["n_value"]
            else f"nobody measured in {key.arm}"
            for code, key in keys.items()
        )
        said.append(f"{limit.label()} at any time: {counts}.")
    return " ".join(said)


def _name_other_routes(view: ClosedView, limit: _Limit) -> dict[str, str]:
    """Who of those counted in an arm (ARMCD) got a dose by the route of another one."""
    rows = _find_worse(view, limit).dropna(subset=["OTHER"])
    return {
        str(code): " ("
        + name_some((f"{row.SUBJID} with {row.OTHER}" for row in own.itertuples()), MOST_NAMED)
        + ")"
        for code, own in rows.groupby("ARM")
    }
