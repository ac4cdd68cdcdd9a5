"""Numbers of a raw table, whatever way they were written, in the plain way: `1234.5`.

The rules are those of analysis data (number_form.py), applied cell by cell: a running trial is not
stopped by one cell, so what can be read in two ways is marked, does not convert, and is named with
its record.
"""

import re

import numpy as np
import pandas as pd

from helpers.intake.number_form import (
    EITHER,
    Decimal,
    NumberForm,
    name_rewriting,
    recognise_numbers,
    tidy_number,
    write_plain,
)

SIGNED = re.compile(r"((?:[<>]=?\s*)?)(.*)", re.DOTALL)  # results beyond what can be measured
DOUBTFUL = " (decimals or thousands?)"  # behind a number that can be read in two ways


def unify_numbers(texts: pd.Series, *, commas_likely: bool) -> tuple[pd.Series, dict[str, int]]:
    """Cells of a column with its numbers in the plain way; how many were not, by what they were.

    Parameters
    ----------
    texts : object column of str and None; what is no number stays as it is
    commas_likely : whether the file has the form of programs that write decimal commas, so that
        `1.234` may be a thousand and more
    """
    codes, distinct = pd.factorize(texts, use_na_sentinel=True)
    form = recognise_numbers(_split(text)[1] for text in distinct)
    unified, said = [], []
    for text in distinct:
        plain, what = _unify(text, form, commas_likely)
        unified.append(plain)
        said.append(what)
    if unified == list(distinct):
        return texts, {}
    cells = np.bincount(codes[codes >= 0], minlength=len(distinct))
    counts: dict[str, int] = {}
    for what, n in zip(said, cells, strict=True):
        if what:
            counts[what] = counts.get(what, 0) + int(n)
    column = pd.Series([*unified, None], dtype=object).iloc[codes].set_axis(texts.index)
    return column, counts


def _split(text: str) -> tuple[str, str]:
    """Sign of comparison of a result, and the number behind it without marks of thousands."""
    sign, number = SIGNED.fullmatch(text).groups()  # type: ignore[union-attr]
    return sign, tidy_number(number)


def _unify(text: str, form: NumberForm, commas_likely: bool) -> tuple[str, str]:
    """A cell in the plain way, and what it was; the cell itself where it is plain, or no number."""
    sign, number = _split(text)
    if _is_doubtful(number, form, commas_likely):
        return text + DOUBTFUL, ""
    known: tuple[Decimal, ...] = (form.decimal,) if form.decimal else ("point", "comma")
    for decimal in known:
        plain = write_plain(number, decimal)
        if plain is not None:
            return sign + plain, name_rewriting(text[len(sign) :], decimal)
    return text, ""


def _is_doubtful(number: str, form: NumberForm, commas_likely: bool) -> bool:
    """Whether a number can be read in two ways, and no other of its column says which."""
    if form.decimal:
        return False
    if EITHER["comma"].fullmatch(number):
        return True
    mixed = form.conflict is not None and not EITHER["comma"].fullmatch(form.conflict)
    return bool((mixed or commas_likely) and EITHER["point"].fullmatch(number))
