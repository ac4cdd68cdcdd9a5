"""cuteffect: what the data cut did to each raw table, found by comparing both sides of it.

Nothing here repeats the rules of the cut: a row is left out because it is not there any more, and
rolled back because a value of it is another one.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from helpers.intake.cutoff import clinical_date
from helpers.intake.records import Records
from helpers.intake.schema import SOURCE_ROW, SUBJECT, TableSchema

COLUMNS = ("TABLE", "EFFECT", "VARIABLE", "ROWS")
DEATH_DATE = "DTHDTC"


class Sides(NamedTuple):
    """A raw table before and after the cut, and who had not consented by then."""

    schema: TableSchema
    before: pd.DataFrame
    after: pd.DataFrame
    visits: pd.DataFrame | None
    absent: frozenset[str]


def build_cut_effects(
    before: Records, after: Records, schemas: Mapping[str, TableSchema], cutoff: pd.Timestamp
) -> pd.DataFrame:
    """One row per raw table and effect of the cut, in the order of the declaration.

    Parameters
    ----------
    before, after : usable records as the extract holds them, and as known at the cut-off.

    Returns
    -------
    TABLE, EFFECT, VARIABLE and ROWS. Effects: BEFORE; left out as LATER (dated after the cut-off),
    CONSENT (of who consented after it), UNDATED; KEPT; of these KEPT_UNDATED (nothing says when;
    with a VARIABLE that date alone), CHANGED (a value was rolled back), ROLLED (which VARIABLE).
    """
    dm, visits = before["dm"], before.visit_dates
    absent = frozenset(dm.loc[dm["RFICDTC"] > cutoff, SUBJECT])
    rows = []
    for name, schema in schemas.items():
        if name in before.tables:
            sides = Sides(schema, before[name], after[name], visits, absent)
            rows += [(name, *effect) for effect in _list_effects(sides)]
    undated = (after["dm"]["DTHFL"] == "Y") & after["dm"][DEATH_DATE].isna()
    rows.append(("dm", "KEPT_UNDATED", DEATH_DATE, int(undated.sum())))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"ROWS": "Int64"})


def _list_effects(sides: Sides) -> Iterator[tuple[str, str | None, int]]:
    """Effect, variable and number of rows, in the order of the display."""
    before, after = sides.before, sides.after
    gone = before[~before[SOURCE_ROW].isin(after[SOURCE_ROW])]
    absent = gone[SUBJECT].isin(sides.absent) if SUBJECT in gone else gone[SOURCE_ROW].isna()
    undated = _is_undated(gone, sides) & ~absent
    changed = find_changed(before, after)
    yield "BEFORE", None, len(before)
    yield "LATER", None, int((~absent & ~undated).sum())
    yield "CONSENT", None, int(absent.sum())
    yield "UNDATED", None, int(undated.sum())
    yield "KEPT", None, len(after)
    if sides.schema.date is not None:
        yield "KEPT_UNDATED", None, int(_is_undated(after, sides).sum())
    yield "CHANGED", None, int(changed.any(axis=1).sum())
    for variable in changed:
        yield "ROLLED", str(variable), int(changed[variable].sum())


def _is_undated(rows: pd.DataFrame, sides: Sides) -> pd.Series:
    return clinical_date(rows, sides.schema, sides.visits).isna()


def find_changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Whether a value of the kept rows is another one than before, by row and changed variable."""
    shared = [name for name in before if name in after and name != SOURCE_ROW]
    old = before.set_index(SOURCE_ROW).loc[after[SOURCE_ROW], shared]
    new = after.set_index(SOURCE_ROW)[shared]
    # most variables, and most tables whole, are as they were: the cut has taken nothing back
    asked = [] if old.equals(new) else [n for n in shared if not old[n].equals(new[n])]
    found = {name: _differ(old[name], new[name]) for name in asked}
    return pd.DataFrame({n: hit for n, hit in found.items() if hit.any()}, index=new.index)


def _differ(old: pd.Series, new: pd.Series) -> pd.Series:
    """Whether two values are not the same; two that are missing are."""
    unlike = (old != new).fillna(False).astype(bool)
    return unlike & old.notna() & new.notna() | (old.isna() != new.isna())
