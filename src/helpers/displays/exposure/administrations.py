"""T-S-07: what was given, by dose and arm."""

from collections.abc import Sequence

import pandas as pd

from helpers.displays.columns import build_headers, state_date
from helpers.displays.conduct.reasons import DOSE_STATES, occurring
from helpers.displays.display import Table, join_notes
from helpers.displays.exposure.routes import (
    describe_columns,
    describe_lacking_lots,
    describe_routes,
    given_doses,
    route_rows,
)
from helpers.displays.results import Key
from helpers.displays.rows import (
    Row,
    category_rows,
    collect_rows,
    count_row,
    heading_row,
    name_code,
    number_row,
    of_persons,
    summary_rows,
)
from helpers.params.trial import Doses
from helpers.view import TOTAL, Group, View

POPULATION = "ITT"
ADJUSTMENTS = {
    "SLOWED": "Slowed",
    "INTERRUPTED": "Interrupted",
    "STOPPED_EARLY": "Stopped early",
}
SHORT = (("mean (SD)", "mean_sd"), ("median (range)", "median_range"))


def tabulate_administrations(view: View) -> Table:
    """Administrations by dose in the arms that get the product, then doses per participant.

    A participant counts in the arm of the first route given; who was never dosed, in the arm of
    randomisation. Amounts are those of given doses.
    """
    groups = list_exposed_groups(view)
    rows = [
        row
        for dose in range(1, view.trial.doses.planned + 1)
        for row in dose_rows(view, groups, dose)
    ]
    lines, results = collect_rows([*rows, *person_rows(view, groups)])
    return Table(
        id="T-S-07",
        title="Administrations",
        counted="Participants randomised to an arm that gets the product, or dosed; by the arm of "
        f"the first dose, else as randomised, N = {groups[-1].n}. Participants n (%). "
        f"Data to {state_date(view.cutoff)}.",
        results=results,
        notes=join_notes(
            "Percentages are of all participants of the arm, of given doses where the row says so.",
            "Mean and SD need 3 participants; of fewer, the range shows every value.",
            describe_routes(view),
            describe_columns(view, name_exposed_arm(view)),
            describe_lots(view),
            describe_lacking_lots(view),
            describe_moved(view),
            describe_durations(view),
        ),
        made="adsl, adex; GIVENFL = Y for amounts; tabulate_administrations.",
        finding="" if groups[-1].n else "Nobody was randomised to the product by the cut-off.",
        stub="Administrations",
        headers=build_headers(groups),
        lines=lines,
    )


def name_exposed_arm(view: View) -> pd.Series:
    """Arm of the first route given, else as randomised, by USUBJID of randomised participants."""
    persons = view.population(POPULATION)
    planned, treated = (of_persons(persons, name) for name in ("TRT01P", "TRT01A"))
    return treated.where(treated.notna(), planned)


def list_exposed_groups(view: View) -> tuple[Group, ...]:
    """The arms that get the product, then all of them together."""
    arms, place = name_exposed_arm(view), view.trial.arm_position
    groups = [
        Group(arm.label, arm.name, arm.code, place(arm.code), arms.index[arms == arm.code])
        for arm in view.trial.active_arms
    ]
    subjects = arms.index[arms.isin([group.code for group in groups])]
    return (*groups, Group(TOTAL, TOTAL, "", None, subjects))


def describe_moved(view: View) -> str:
    """How many participants count in another arm than they were randomised to."""
    persons = view.population(POPULATION)
    arms, planned = name_exposed_arm(view), of_persons(persons, "TRT01P")
    moved = int((arms != planned).sum())
    if not moved:
        return ""
    return f"Participants who count in another arm than randomised: {moved}."


def describe_durations(view: View) -> str:
    """How many given doses are in no row of durations."""
    if not view.has("adex", "DURMIN"):
        return ""
    adex = view["adex"]
    lacking = int(((adex["GIVENFL"] == "Y") & adex["DURMIN"].isna()).sum())
    if not lacking:
        return ""
    return f"Given doses without a duration, as an end is missing or before the start: {lacking}."


def dose_rows(view: View, groups: Sequence[Group], dose: int) -> list[Row]:
    """One dose: status, reasons, amounts, adjustments, lots."""
    rules = view.trial.doses
    given = given_doses(view)
    given = given[given["DOSEORD"] == dose].set_index("USUBJID")
    key = Key(POPULATION, "", f"DOSE{dose}")
    return [
        heading_row(f"Dose {dose}"),
        *status_rows(view, key, groups, given, dose),
        *route_rows(key, groups, given),
        *amount_rows(key, groups, given, rules),
        *(interval_rows(key, groups, given, rules) if dose > 1 else []),
        *adjustment_rows(key, groups, given),
        *lot_rows(key, groups, given),
    ]


def status_rows(
    view: View, key: Key, groups: Sequence[Group], given: pd.DataFrame, dose: int
) -> list[Row]:
    """Given or not, and why not."""
    status = of_persons(view.population(POPULATION), f"D{dose}STAT").astype(object)
    status = status.mask(status.index.isin(given.index), "GIVEN")
    status = status[status.index.isin(groups[-1].subjects)]
    if dose > 1:
        status = status.fillna("NO_FIRST_DOSE")
    labels = occurring(
        {**DOSE_STATES, "NO_FIRST_DOSE": "No first dose"}, {"GIVEN", *status.dropna()}
    )
    refused = view["adex"]
    refused = refused[(refused["DOSENUM"] == dose) & (refused["EXOCCUR"] == "N")]
    refused = refused.drop_duplicates("USUBJID").set_index("USUBJID")
    reasons = refused["EXREASND"].fillna("no reason").str.lower()
    reasons = reasons[status.reindex(reasons.index) == "CANCELLED"]
    rows = category_rows(labels, key, groups, status)
    named = {text: name_code(text) for text in sorted(reasons.unique())}
    why = category_rows(named, key._replace(visit="REASON"), groups, reasons, level=2)
    place = next((i for i, code in enumerate(labels, 1) if code == "CANCELLED"), len(rows))
    return [*rows[:place], *why, *rows[place:]]


def amount_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame, rules: Doses) -> list[Row]:
    """Amounts of the given doses, and how many were full."""
    low, high = rules.full_percent
    amounts = (
        ("CELLS", f"Amount ({rules.unit})", 1),
        ("CELLKG", f"Amount ({rules.unit} per kg)", 2),
        ("PCTPLAN", "Amount (% of plan)", 1),
        ("EXVIAB", "Viability (%)", 1),
        ("DURMIN", "Duration (minutes)", 0),
    )
    rows = [
        count_row(
            f"Full dose, {low}% to {high}% of plan, of given",
            key._replace(category="FULL"),
            groups,
            given.index[given["INRANGFL"] == "Y"],
            among=given.index,
            form="n_of",
        )
    ]
    for column, label, decimals in amounts:
        if column in given:
            place = key._replace(category=column)
            rows += summary_rows(
                place, groups, given[column], decimals, label=f"{label}, {{}}", shown=SHORT
            )
    return rows


def interval_rows(
    key: Key, groups: Sequence[Group], given: pd.DataFrame, rules: Doses
) -> list[Row]:
    """Days from the dose before, and how many intervals lie outside the planned limits."""
    low, high = rules.interval_days
    days = given["INTDAYS"]
    outside = given.index[((days < low) | (days > high)).fillna(False)]
    place = key._replace(category="INTDAYS")
    return [
        *summary_rows(place, groups, days, 0, label="Days from the dose before, {}", shown=SHORT),
        count_row(
            f"Interval outside {low} to {high} days, of given",
            key._replace(category="INTDAYS_OUTSIDE"),
            groups,
            outside,
            among=given.index,
            form="n_of",
        ),
    ]


def adjustment_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame) -> list[Row]:
    """Doses that were slowed, interrupted or stopped."""
    changed = given["ADJ"].astype(object)
    return category_rows(
        {code: f"{label}, of given" for code, label in ADJUSTMENTS.items()},
        key._replace(visit="ADJ"),
        groups,
        changed[changed != "NONE"],
        among=given.index,
        form="n_of",
    )


def lot_rows(key: Key, groups: Sequence[Group], given: pd.DataFrame) -> list[Row]:
    """How many lots the given doses came from, and how many of the doses name none."""
    lots = given["LOT"].dropna()

    def count(group: Group) -> dict[str, float]:
        return {"count": lots[lots.index.isin(group.subjects)].nunique()}

    return [
        number_row("Lots used", key._replace(category="LOTS"), groups, count, form="count"),
        count_row(
            "Lot not recorded, of given",
            key._replace(category="LOT_MISSING"),
            groups,
            given.index[given["LOT"].isna()],
            among=given.index,
            form="n_of",
        ),
    ]


def describe_lots(view: View) -> str:
    """Names of the lots that were given."""
    adex = view["adex"]
    lots = sorted(adex.loc[adex["GIVENFL"] == "Y", "LOT"].dropna().unique())
    return f"Lots used: {', '.join(lots)}." if lots else ""


def person_rows(view: View, groups: Sequence[Group]) -> list[Row]:
    """Doses per participant and the amount of all of them."""
    persons = view.population(POPULATION)
    doses = of_persons(persons, "DOSES").astype("Int64").astype(str)
    labels = {str(n): name_count(n) for n in range(view.trial.doses.planned + 1)}
    given = view["adex"][view["adex"]["GIVENFL"] == "Y"]
    total = given.groupby("USUBJID")["CELLKG"].sum(min_count=1)
    unit = view.trial.doses.unit
    members = doses[doses.index.isin(groups[-1].subjects)]
    return [
        heading_row("Per participant"),
        *category_rows(labels, Key(POPULATION, "", "DOSES"), groups, members),
        *summary_rows(
            Key(POPULATION, "", "TOTAL_CELLKG"),
            groups,
            total,
            2,
            label=f"All doses ({unit} per kg), {{}}",
            shown=SHORT,
        ),
    ]


def name_count(doses: int) -> str:
    """`No dose`, `1 dose`, `2 doses`."""
    return "No dose" if doses == 0 else f"{doses} dose{'s' if doses > 1 else ''}"
