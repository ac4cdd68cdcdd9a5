"""T-S-20b: values against the normal range, at baseline and at their highest and lowest."""

import pandas as pd

from helpers.displays import show
from helpers.displays.columns import build_headers, state_population
from helpers.displays.declare import shown_as
from helpers.displays.laboratory.shift_rows import MISSING, Scale, pair_row
from helpers.displays.measurements.readings import list_tests, values_at
from helpers.displays.measurements.sampling import (
    BY_PLAN,
    choose_planned,
    describe_sampling,
)
from helpers.displays.model import Table, join_notes
from helpers.displays.results import Key
from helpers.displays.rows import Row, RowContext, collect_rows, count_row, heading_row
from helpers.params.trial import Trial
from helpers.view import View

RANGES = Scale(("LOW", "NORMAL", "HIGH"), "range", 2)
EXTREMES = {"HIGHEST": "HIGH", "LOWEST": "LOW"}
READ = ["USUBJID", "ANRIND", "ABLFL", "POSTFL"]
# with what names a test and tells planned visits: what is chosen of a hundred variables is copied
HELD = (*READ, "PARAMCD", "PARAM", "AVAL", "VISIT", "ANL01FL", "AVISITN")


@shown_as(
    "T-S-20b",
    title="Laboratory values that left the normal range",
    needs=("adlb",),
    absent="There are no laboratory values in this trial.",
)
def tabulate_range_shifts(view: View) -> Table:
    """Participants whose highest value rose above the range, and whose lowest fell below it.

    Results: population SAF, arm, parameter the test with `.HIGHEST` or `.LOWEST`, category
    `NORMAL to HIGH` (every pair), `BASE LOW`, `WORST LOW`, `TO HIGH` or `TO LOW`, these also with
    ` PLANNED`: values at planned visits alone; n, N, pct.
    """
    groups = view.groups(view.safety)
    rows = view["adlb"]
    rows = rows[[name for name in HELD if name in rows]]
    known = rows[rows["ANRIND"].notna()]
    names = list_tests(known, view.trial.laboratory.labels)
    places = known.groupby("PARAMCD").indices
    shown: list[Row] = []
    file: list[Row] = []
    for code, name in names.items():
        own = known.take(places[code])
        compared = choose_compared(own, view.trial)[READ]
        own = own[READ]
        for extreme, side in EXTREMES.items():
            shifts = read_range_shifts(own, extreme, groups[-1].subjects)
            context = RowContext(Key(view.safety, "", f"{code}.{extreme}"), groups)
            left = (shifts["WORST"] == side) & (shifts["BASE"] != side)
            to = f"{name}: to {side.lower()}"
            row = _left_row(context.at(category=f"TO {side}"), to, own, left)
            planned = read_range_shifts(compared, extreme, groups[-1].subjects)
            alike = (planned["WORST"] == side) & (planned["BASE"] != side)
            place = context.at(category=f"TO {side} PLANNED").like(level=2)
            like = _left_row(place, BY_PLAN, own, alike)
            sampled = (planned["WORST"] != MISSING).any()  # spinal fluid never is
            (shown if left.any() else file).append(row)
            (shown if left.any() and sampled else file).append(like)
            file += [heading_row(f"{name}: baseline to {extreme.lower()}")]
            file += _every_pair(context, shifts)
    lines, results = collect_rows(shown)
    others, more = collect_rows(file)
    return Table(
        population_line=f"{state_population(view, view.safety)} Participants n (%) with a value "
        "above "
        "(high) or below (low) the normal range after baseline who had none at baseline.",
        results=(*results, *more),
        notes=join_notes(
            describe_sampling(rows, groups),
            "All visits and unscheduled values. The range is that of the laboratory, else the "
            "trial's. A missing baseline counts as within it.",
            "A test has a line where somebody left the range. Every shift with its margins: CSV "
            "copy and results.csv.",
        ),
        source_note=f"adlb with ABLFL or POSTFL = Y (ANRIND), {view.safety}; "
        "tabulate_range_shifts.",
        stub="Test",
        headers=build_headers(groups),
        lines=lines,
        file_lines=others,
        empty="Nobody left the normal range after baseline",
    )


def _left_row(context: RowContext, label: str, own: pd.DataFrame, left: pd.Series) -> Row:
    """Who left the range; n.a. in an arm in which nobody has the test, counted among those who do.

    Cerebrospinal fluid is taken where it is punctured: a 0 in another arm would say that it was
    looked for and not found.
    """
    tested = set(own["USUBJID"])
    arms = [group for group in context.groups if group.code]
    held = [group.code for group in arms if tested & set(group.subjects)]
    if len(held) < len(arms):
        context = context.like(among=tested, only=held, form=show.n_of())
    return count_row(context, label, left.index[left])


def choose_compared(own: pd.DataFrame, trial: Trial) -> pd.DataFrame:
    """Baseline values and those of planned visits."""
    return own[(own["ABLFL"] == "Y") | own.index.isin(choose_planned(own, trial).index)]


def read_range_shifts(own: pd.DataFrame, extreme: str, members: pd.Index) -> pd.DataFrame:
    """Baseline and highest or lowest indicator after it of every member (`missing`: none).

    Parameters
    ----------
    own : rows of one test with an ANRIND.
    """
    before = values_at(own[own["ABLFL"] == "Y"], "ANRIND")
    place = own["ANRIND"].map({code: number for number, code in enumerate(RANGES.codes)})
    after = place[own["POSTFL"] == "Y"].groupby(own["USUBJID"])
    found = after.max() if extreme == "HIGHEST" else after.min()
    worst = found.map(dict(enumerate(RANGES.codes)))
    return pd.DataFrame(
        {
            "BASE": before.reindex(members).astype(object).fillna(MISSING),
            "WORST": worst.reindex(members).astype(object).fillna(MISSING),
        },
        index=members,
    )


def _every_pair(context: RowContext, shifts: pd.DataFrame) -> list[Row]:
    """Every pair and both margins; who has no value after baseline is in a pair with `missing`."""
    codes = RANGES.all_codes
    sides = (("BASE", "Baseline"), ("WORST", "After baseline"))
    return [
        *(pair_row(context, shifts, base, worst) for base in codes for worst in codes),
        *(
            count_row(
                context.at(category=f"{side} {code}"),
                f"{word} {code}",
                shifts.index[shifts[side] == code],
            )
            for side, word in sides
            for code in codes
        ),
    ]
