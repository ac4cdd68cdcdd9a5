"""The key contrasts with the values of those who left or stopped dosing imputed by reference.

Source: Carpenter, Roger and Kenward, Journal of Biopharmaceutical Statistics 2013;23:1352-1371.
"""

from collections.abc import Iterator
from dataclasses import replace

from helpers.models.imputation import (
    CR,
    J2R,
    NOT_KNOWN,
    ImputationRows,
    build_imputation_rows,
    compare_imputed,
    find_lack,
)
from helpers.models.missing_values import BY_REFERENCE, IMPUTED
from helpers.models.plan import COLUMNS, Analysis, Plan, make_empty
from helpers.models.score_rows import ARM, SUBJECT
from helpers.view import ClosedView

LABELS = {J2R: "Jump to reference (J2R)", CR: "Copy reference (CR)"}
NOBODY = "no such missing values"


def list_reference_lines(view: ClosedView, plan: Plan) -> Iterator[Analysis]:
    """Jump to reference and copy reference; neither in a trial without a control."""
    lack = find_lack(view)
    if view.trial.control is None:
        return
    lines = [
        Analysis(
            name,
            label,
            plan.selection.population,
            0,
            0,
            make_empty(),
            reference=view.trial.control,
        )
        for name, label in LABELS.items()
    ]
    if lack:
        yield from (replace(line, note=NOT_KNOWN) for line in lines)
        return
    rows = build_imputation_rows(view, plan.code, plan.visit, plan.selection)
    if rows.reason:
        yield from (replace(line, note=rows.reason) for line in lines)
    elif not sum(count_by_reference(rows).values()):
        yield from (replace(line, label=f"{line.id}: {NOBODY}", note=_NOBODY) for line in lines)
    else:
        yield from _estimate(view, rows, plan, lines)


_NOBODY = "no participant of an arm other than the control left or stopped dosing without a value"


def count_by_reference(rows: ImputationRows) -> dict[str, int]:
    """Values that the control's stand in for, by code of arm; the control itself has none.

    What is missing in the control is imputed like the own arm by every method.
    """
    return {arm: 0 if arm == rows.control else n for arm, n in rows.count(BY_REFERENCE).items()}


def _estimate(
    view: ClosedView, rows: ImputationRows, plan: Plan, lines: list[Analysis]
) -> Iterator[Analysis]:
    table = compare_imputed(rows, plan.choices, plan.level, tuple(line.id for line in lines))
    for line in lines:
        own = table.loc[line.id]
        first, known = own.iloc[0], own["estimate"].notna().any()
        note = str(first["note"])
        if known:
            note = "; ".join(filter(None, (describe_imputed(view, rows), note)))
        yield replace(
            line,
            n=int(first["n"]),
            n_values=len(rows.observed) - len(rows.after_stop),
            contrasts=own[COLUMNS].dropna(subset="estimate"),
            method=f"ancova, {line.id.lower()}, jackknife",
            # where nothing could be fitted nothing was imputed, nor is there nothing to impute
            note=note if known else note.replace(f"; {NOBODY}", ""),
            left_out=describe_left_out(view, rows),
        )


def describe_imputed(view: ClosedView, rows: ImputationRows) -> str:
    """How many missing values are imputed, and of which arm by reference."""
    by_reference = count_by_reference(rows)
    every = sum(rows.count(IMPUTED).values())
    named = ", ".join(
        f"{arm.label} {by_reference[arm.code]}" for arm in view.arms if arm.code != rows.control
    )
    rest = every - sum(by_reference.values())
    return f"{every} missing values imputed, by reference {named}, {rest} like the own arm"


def describe_left_out(view: ClosedView, rows: ImputationRows) -> str:
    """Observed values that are not imputed from by reference, and of whom; empty without any."""
    after = rows.after_stop
    if after.empty:
        return ""
    of = after.groupby(ARM, observed=True)[SUBJECT].agg(["size", "nunique"])
    named = ", ".join(
        f"{arm.label} {of.loc[arm.code, 'size']} of {_say(int(of.loc[arm.code, 'nunique']))}"
        for arm in view.arms
        if arm.code in of.index
    )
    values = "1 value" if len(after) == 1 else f"{len(after)} values"
    return f"{values} observed after dosing stopped ({named})"


def _say(n: int) -> str:
    return "1 participant" if n == 1 else f"{n} participants"
