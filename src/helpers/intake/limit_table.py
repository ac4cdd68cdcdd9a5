"""Is the table of limits usable: numbers, in ascending order, one row per test and sex."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd

from helpers.errors import UsageError
from helpers.intake.convert import is_number

ASCENDING = ("IMPLOW", "PHYSLOW", "LOW", "HIGH", "PHYSHIGH", "IMPHIGH")
COLUMNS = ("TESTCD", "SEX", *ASCENDING)
SEXES = ("F", "M")


def check_limits(path: Path, limits: pd.DataFrame) -> pd.DataFrame:
    """The table of limits as text, as it was given.

    Parameters
    ----------
    limits : COLUMNS; an empty cell is no limit.

    Raises
    ------
    UsageError
        One line per problem: line, test, column, what was found, what is allowed.
    """
    problems = [
        f"{path}: line {line}, {row['TESTCD'] or 'no test'}: {problem}"
        for line, row in enumerate(limits.to_dict("records"), start=2)
        for problem in _find_problems(row)
    ]
    keys = limits[["TESTCD", "SEX"]].fillna("")
    for place in keys.index[keys.duplicated()]:
        test, sex = keys.loc[place]
        who = f"sex {sex}" if sex else "everybody"
        problems.append(f"{path}: line {place + 2}, {test}: a second row for {who}; keep one")
    if problems:
        raise UsageError("\n".join(problems))
    return limits


def _find_problems(row: dict[str, str | None]) -> Iterator[str]:
    if row["SEX"] not in (None, "", *SEXES):
        yield f"SEX {row['SEX']!r}; allowed: {', '.join(SEXES)} or an empty cell"
    given = {name: row[name] for name in ASCENDING if row[name] not in (None, "")}
    wrong = {name: text for name, text in given.items() if not is_number(str(text))}
    for name, text in wrong.items():
        yield f"{name} {text!r}; allowed: a number with a decimal point, or an empty cell"
    numbers = [(name, float(str(text))) for name, text in given.items() if name not in wrong]
    for (low, first), (high, second) in pairwise(numbers):
        if first > second:
            yield f"{low} {first:g} is above {high} {second:g}; allowed: {' <= '.join(ASCENDING)}"
