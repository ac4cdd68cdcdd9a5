"""Values of one variable -> the type that its name promises; what does not fit is counted."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.imported.converted import Converted, Reading, nothing_lost
from helpers.imported.moments import read_moments, read_numeric_moments, read_timestamps
from helpers.imported.texts import Said, Texts, map_texts, tidy_texts
from helpers.imported.variables import Kind
from helpers.intake.number_form import (
    PLAIN,
    NumberForm,
    count_rewritten,
    read_numbers,
    recognise_numbers,
)

FLAGS = {
    **dict.fromkeys(["Y", "YES", "TRUE", "T", "1", "1.0"], "Y"),
    **dict.fromkeys(["N", "NO", "FALSE", "F", "0", "0.0"], "N"),
}
CODED = re.compile(r"[+-]?0\d")  # 007 is a name, not seven
MOMENTS = ("date", "datetime")


def convert_variable(values: pd.Series, kind: Kind, reading: Reading) -> Converted:
    """One variable as its kind: dates `datetime64[s]`, numbers `Float64`, the rest text."""
    whole_days = kind == "date"
    if pd.api.types.is_datetime64_any_dtype(values):
        if kind in MOMENTS:
            return read_timestamps(values, reading, whole_days=whole_days)
    elif _is_number(values):
        if kind in MOMENTS:
            return read_numeric_moments(values, reading, whole_days=whole_days)
        if kind in ("number", "other"):
            return _keep_numbers(values)
    texts = tidy_texts(values, reading.missing)
    if kind in MOMENTS:
        return read_moments(texts, reading, whole_days=whole_days)
    if kind == "flag":
        return _read_flags(texts)
    if kind == "number" or (kind == "other" and not reading.typed and _are_numbers(texts)):
        return _read_numbers(texts, reading)
    return Converted(_spread(texts), nothing_lost(values), texts.said)


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))


def _spread(texts: Texts) -> pd.Series:
    return texts.spread(list(texts.distinct))


def _keep_numbers(values: pd.Series) -> Converted:
    numbers = values.astype("Float64")
    finite = numbers.notna() & np.isfinite(numbers.to_numpy(dtype=float, na_value=0.0))
    return Converted(numbers.where(finite), values.notna() & ~finite)


def _are_numbers(texts: Texts) -> bool:
    """Text that can be nothing but numbers: read as such, no digit is lost."""
    if not texts.distinct:
        return False
    if any(CODED.match(text) for text in texts.distinct):
        return False
    if all(PLAIN.fullmatch(text) for text in texts.distinct):
        return True
    form = recognise_numbers(texts.distinct)
    if form.decimal != "comma" or form.conflict:
        return False
    return None not in read_numbers(texts.distinct, "comma")


def find_number_form(values: pd.Series, reading: Reading) -> NumberForm:
    """How the numbers of a variable are written, where it holds text."""
    return recognise_numbers(tidy_texts(values, reading.missing).distinct, reading.decimal)


def _read_numbers(texts: Texts, reading: Reading) -> Converted:
    form = recognise_numbers(texts.distinct, reading.decimal)
    if form.conflict and form.decimal is None and reading.file_decimal == "comma":
        form = replace(form, decimal="comma", conflict=None)
    points = [t for t in texts.distinct if "." in t]
    if form.decimal is None and not form.conflict and reading.file_decimal == "comma" and points:
        form = replace(form, conflict=points[0])
    decimal = form.decimal or "point"
    numbers = read_numbers(texts.distinct, decimal)
    series = texts.spread(list(numbers), "Float64")
    lost = texts.mark([number is None for number in numbers])
    if form.conflict:
        asks = (
            f"numbers such as {form.conflict}: point or comma may be decimal or set thousands "
            "apart; say `decimal: point` or `decimal: comma`"
        )
        return Converted(series, texts.mark([True] * len(numbers)), texts.said, asks=asks)
    rewritten = count_rewritten(texts.distinct, decimal)
    said = [Said(what, texts.count(which)) for what, which in rewritten.items()]
    n = int(series.notna().sum())
    if reading.typed and n:
        said.append(Said("text read as numbers", n, "W"))
    return Converted(series, lost, (*texts.said, *said))


def _read_flags(texts: Texts) -> Converted:
    flags = map_texts(texts, lambda text: FLAGS.get(text.upper()))
    pairs = list(zip(flags, texts.distinct, strict=True))
    n = int(texts.mark([flag is not None and flag != text for flag, text in pairs]).sum())
    said = [Said("flag rewritten as Y or N", n, "W")] if n else []
    lost = texts.mark([flag is None for flag in flags])
    return Converted(texts.spread(flags), lost, (*texts.said, *said))
