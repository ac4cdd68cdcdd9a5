"""Shifts from baseline to the worst value after it: one row per pair of categories that occurs."""

from typing import NamedTuple

import pandas as pd

from helpers.displays.rows import Row, RowContext, count_row

MISSING = "missing"


class Scale(NamedTuple):
    """Ordered categories of a test: codes, what they are called, and which one is serious."""

    codes: tuple[str, ...]
    name: str
    serious: int  # place from which a worse category is told

    @property
    def all_codes(self) -> tuple[str, ...]:
        """The categories and the missing one."""
        return (*self.codes, MISSING)


class Shifts(NamedTuple):
    """Rows of one test: those of the page, and those of the CSV copy only (margins, the rest)."""

    shown: list[Row]
    file: list[Row]


def read_shifts(
    rows: pd.DataFrame, test: str, base: str, worst: str, members: pd.Index
) -> pd.DataFrame:
    """Baseline and worst category of every member, as text, by USUBJID (`missing`: no value).

    Parameters
    ----------
    rows : USUBJID, PARAMCD, ABLFL, WORSTFL and the variables `base` and `worst`.
    base, worst : category on the row of the baseline, and on that of the worst value.
    """
    # a few columns of a hundred: what is chosen or dropped is copied
    read = list(dict.fromkeys(["USUBJID", "ABLFL", "WORSTFL", base, worst]))
    own = rows.loc[rows["PARAMCD"] == test, read]
    before = own[own["ABLFL"] == "Y"].drop_duplicates("USUBJID").set_index("USUBJID")[base]
    after = own[own["WORSTFL"] == "Y"].drop_duplicates("USUBJID").set_index("USUBJID")[worst]
    return pd.DataFrame(
        {
            "BASE": before.astype("string").reindex(members).fillna(MISSING).astype(object),
            "WORST": after.astype("string").reindex(members).fillna(MISSING).astype(object),
        },
        index=members,
    )


def find_worsened(shifts: pd.DataFrame, scale: Scale) -> pd.Series:
    """Whether a member got worse by one category or more to a serious one.

    A missing baseline counts as the best category.
    """
    places = {code: place for place, code in enumerate(scale.codes)}
    base = shifts["BASE"].map(places).fillna(0)
    worst = shifts["WORST"].map(places).fillna(-1)
    return (worst >= scale.serious) & (worst > base)


def shift_rows(context: RowContext, shifts: pd.DataFrame, scale: Scale) -> Shifts:
    """Pairs that occur, who has no value after baseline, who got worse; and the margins."""
    pairs = [
        (base, worst)
        for base in scale.all_codes
        for worst in scale.codes
        if ((shifts["BASE"] == base) & (shifts["WORST"] == worst)).any()
    ]
    shown = [pair_row(context, shifts, base, worst) for base, worst in pairs]
    without = shifts.index[shifts["WORST"] == MISSING]
    if len(without):
        none = context.at(category=f"WORST {MISSING}")
        shown.append(count_row(none, "No value after baseline", without))
    worsened = shifts.index[find_worsened(shifts, scale)]
    label = f"Worse, to {write_class(scale.codes[scale.serious])} or higher"
    worse = count_row(context.at(category="WORSENED"), label, worsened)
    margins = _margin_rows(context, shifts, scale)
    if len(worsened):
        return Shifts([*shown, worse], margins)
    return Shifts(shown, [worse, *margins])


def _margin_rows(context: RowContext, shifts: pd.DataFrame, scale: Scale) -> list[Row]:
    """Everybody by baseline, everybody with a value by the worst one, and who has none by base."""
    after = shifts["WORST"] != MISSING
    rows = [
        count_row(
            context.at(category=f"{column} {code}"),
            f"{name} {code}",
            shifts.index[shifts[column] == code],
        )
        for column, name, codes in (
            ("BASE", "Baseline", scale.all_codes),
            ("WORST", "Worst", scale.codes),
        )
        for code in codes
    ]
    with_value = context.at(category="WITH VALUE")
    rows.append(count_row(with_value, "With a value after baseline", shifts.index[after]))
    lost = [code for code in scale.all_codes if (~after & (shifts["BASE"] == code)).any()]
    return [*rows, *(pair_row(context, shifts, code, MISSING) for code in lost)]


def pair_row(context: RowContext, shifts: pd.DataFrame, base: str, worst: str) -> Row:
    """Those of a group who went from one category to the other."""
    # as arrays: a table asks for hundreds of pairs
    chosen = (shifts["BASE"].to_numpy() == base) & (shifts["WORST"].to_numpy() == worst)
    code = f"{base} to {worst}"
    label = f"{write_class(base)} to {write_class(worst)}"
    return count_row(context.at(category=code), label, shifts.index[chosen])


def write_class(code: str) -> str:
    """A class of multiples as readers write it: `<=1` is `\u22641`, `>1-3` is `>1\u20133`."""
    return code.replace("<=", "\u2264").replace("-", "\u2013")
