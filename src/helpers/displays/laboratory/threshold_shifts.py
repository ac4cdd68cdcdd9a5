"""T-S-20c: values against the sponsor's threshold, at baseline, by visit and at the extreme."""

from functools import partial

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.measurements.readings import choose_tests, list_visits
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, heading_row, number_row
from helpers.stats.estimates import NAN
from helpers.view import Group, View

CODES = ("LOW", "NORMAL", "HIGH")
EXTREME = ""  # no visit: the most extreme value on treatment


@shown_as(
    "T-S-20c",
    title="Laboratory values beyond the sponsor's threshold",
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
    variables=("THRIND",),
)
def tabulate_threshold_shifts(view: View) -> Table:
    """Participants by side of the threshold at baseline and at a visit, among those with both.

    Results: population SAF, arm, parameter the test, visit (empty: the most extreme value on
    treatment), category `NORMAL to HIGH` and `BASE NORMAL`; n, n_value, pct.
    """
    groups = view.groups(view.safety)
    rows = view["adlb"]
    rows = rows[rows["THRIND"].notna()]
    visits = list_visits(rows[rows["AVISITN"] > 0], view.trial)
    shown: list[Row] = []
    file: list[Row] = []
    for code, name in choose_tests(rows, view.trial).items():
        own = rows[rows["PARAMCD"] == code]
        pairs = _pair(own, own["THREXFL"] == "Y")
        context = RowContext(Key(view.safety, "", code), groups, form=show.n_of())
        shown += [heading_row(name), *_shift_rows(context, pairs)]
        for visit, label in visits.items():
            pairs = _pair(own, (own["AVISIT"] == visit) & (own["ANL01FL"] == "Y"))
            rows_at = _shift_rows(context.at(visit=visit), pairs)
            file += [heading_row(f"{name}, {label}"), *rows_at]
    lines, results = collect_rows(shown)
    others, more = collect_rows(file)
    return Table(
        population_line=f"{state_population(view, view.safety)} Among participants with a value at "
        "baseline "
        "and on treatment: n / those at that side at baseline (%), at the most extreme value.",
        results=(*results, *more),
        notes=join_notes(
            "The threshold is the sponsor's, not the normal range (T-S-20b). A side at which "
            "nobody was at baseline has no line. Each visit: CSV copy and results.csv.",
        ),
        source_note=f"adlb with ABLFL, THREXFL or ANL01FL = Y (THRIND), {view.safety}; "
        "tabulate_threshold_shifts.",
        stub="Test: baseline to extreme",
        headers=build_headers(groups),
        lines=lines,
        file_lines=others,
    )


def _pair(own: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """BASE and AFTER by USUBJID, of participants with both."""
    before = own[own["ABLFL"] == "Y"].drop_duplicates("USUBJID").set_index("USUBJID")["THRIND"]
    after = own[chosen].drop_duplicates("USUBJID").set_index("USUBJID")["THRIND"]
    return pd.concat([before, after], axis=1, keys=["BASE", "AFTER"], join="inner")


def _shift_rows(context: RowContext, pairs: pd.DataFrame) -> list[Row]:
    """Who is at each side at baseline, and where they went; sides that nobody has are left out."""
    codes = [code for code in CODES if code != "LOW" or (pairs == "LOW").any(axis=None)]
    rows: list[Row] = []
    for base in codes:
        among = pairs.index[pairs["BASE"] == base]
        count = partial(_count, among=pairs.index, chosen=among)
        place = context.at(category=f"BASE {base}")
        rows.append(number_row(place, f"{base.capitalize()} at baseline", count))
        for after in codes:
            went = pairs.index[(pairs["BASE"] == base) & (pairs["AFTER"] == after)]
            count = partial(_count, among=among, chosen=went)
            place = context.at(category=f"{base} to {after}").like(level=2)
            rows.append(number_row(place, f"{base.capitalize()} to {after.lower()}", count))
    return rows


def _count(group: Group, among: pd.Index, chosen: pd.Index) -> dict[str, float]:
    members = set(group.subjects)
    total, n = len(members & set(among)), len(members & set(chosen))
    return {"n": n, "n_value": total, "pct": 100 * n / total if total else NAN}
