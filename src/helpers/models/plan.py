"""One way to analyse the key contrasts: what is planned, and what comes out.

Source: ICH E9(R1), sensitivity and supplementary analyses.
"""

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.models.repeated_measures import ModelChoices
from helpers.models.score_rows import Selection

COLUMNS = ["estimate", "se", "df", "lower", "upper"]


class Plan(NamedTuple):
    """The main analysis: score, visit, values, how it is fitted, confidence level."""

    code: str
    visit: str
    selection: Selection
    choices: ModelChoices
    level: float
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """One analysis of the key contrasts.

    Attributes
    ----------
    id, label : short name, and in words.
    population : name of the population.
    n, n_values : participants and values used.
    contrasts : estimate, se, df, lower, upper by contrast (`A - B` of codes); no row for what
        cannot be estimated.
    method : short name of the method.
    note : what the reader must know, or why nothing is estimated; empty where nothing.
    reference : code of the arm that every contrast is with; empty where any two are compared.
    left_out : observed values of the population that the analysis does not impute from; empty
        where there is none.
    """

    id: str
    label: str
    population: str
    n: int
    n_values: int
    contrasts: pd.DataFrame
    method: str = ""
    note: str = ""
    reference: str = ""
    left_out: str = ""


def make_empty() -> pd.DataFrame:
    """Contrasts of an analysis that estimates nothing."""
    return pd.DataFrame(columns=COLUMNS, dtype="float64")
