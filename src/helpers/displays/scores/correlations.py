"""Rank correlations of several scores, each pair once."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from helpers.displays import show
from helpers.displays.formats import FEWEST
from helpers.displays.model import Cell, Header, Line
from helpers.displays.results import Key, Result, rows_of
from helpers.params.trial import Score
from helpers.stats.estimates import NAN


class Triangle(NamedTuple):
    """Lines and headers of a table below its diagonal, and its numbers."""

    headers: tuple[Header, ...]
    lines: tuple[Line, ...]
    results: tuple[Result, ...]


def correlate_pairs(
    scores: Mapping[str, Score], values: Mapping[str, pd.Series], key: Key
) -> Triangle:
    """Every score against those before it: parameter is the row's, category the column's."""
    codes = list(scores)
    results: list[Result] = []
    lines: list[Line] = []
    for place, code in enumerate(codes):
        keys = [key._replace(parameter=code, category=other) for other in codes[:place]]
        for one in keys:
            results += rows_of(one, correlate(values[code], values[one.category]), "spearman")
        cells = tuple(Cell(one, show.correlation_n(decimals=2)) for one in keys)
        lines.append(Line(scores[code].label, cells))
    headers = tuple(Header(scores[code].label) for code in codes[:-1])
    return Triangle(headers, tuple(lines[1:]), tuple(results))


def correlate(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Number with both values and their rank correlation (ties share the mean of their ranks)."""
    both = pd.concat([first, second], axis=1, join="inner")
    ranks = both.rank()
    spread = bool((ranks.std(ddof=0) > 0).all())
    known = len(both) >= FEWEST and spread
    value = float(ranks.iloc[:, 0].corr(ranks.iloc[:, 1])) if known else NAN
    return {"n": len(both), "correlation": value}
