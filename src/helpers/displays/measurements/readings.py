"""Which measurements a display shows, in which order, with what name, visit and decimals."""

from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.displays.measurements.units import write_units
from helpers.params.trial import Trial

MOST_DECIMALS = 2
MOSTLY = 0.9  # share of the values that must be whole at so many decimals


def list_tests(rows: pd.DataFrame, order: Iterable[str]) -> dict[str, str]:
    """Name by code of the tests that occur, those of `order` first, then by code."""
    names = rows.drop_duplicates("PARAMCD").set_index("PARAMCD")["PARAM"]
    known = [code for code in order if code in names.index]
    others = sorted(set(names.index) - set(known))
    return {code: write_units(str(names[code])) for code in (*known, *others)}


def choose_tests(rows: pd.DataFrame, trial: Trial) -> dict[str, str]:
    """Tests of the laboratory that the trial shows by visit; all where it names none."""
    names = list_tests(rows, trial.laboratory.labels)
    shown = trial.laboratory.shown
    return {code: names[code] for code in shown if code in names} if shown else names


def list_visits(rows: pd.DataFrame, trial: Trial) -> dict[str, str]:
    """Name by code of the visits that have a number, in their order."""
    numbered = rows[rows["AVISITN"].notna()].sort_values(["AVISITN", "AVISIT"], kind="stable")
    return {str(code): trial.visit_label(str(code)) for code in numbered["AVISIT"].unique()}


def choose_decimals(values: pd.Series) -> int:
    """Decimals with which most of the values were recorded, at most two."""
    known = values.dropna().astype(float)
    for decimals in range(MOST_DECIMALS):
        whole = (known - known.round(decimals)).abs() < 1e-9
        if len(known) == 0 or whole.mean() >= MOSTLY:
            return decimals
    return MOST_DECIMALS


def read_decimals(rows: pd.DataFrame) -> int:
    """The same of the AVAL of one test; a value converted from another unit does not count.

    Where every value was converted all of them do. The decimals of a conversion are none of the
    laboratory's: 1.1 mg/dL is 97.262 umol/L.

    Parameters
    ----------
    rows : AVAL and, where known, LBORRESU and AVALU.
    """
    if {"LBORRESU", "AVALU"} <= set(rows):
        same = rows["LBORRESU"] == rows["AVALU"]
        rows = rows[same] if (same & rows["AVAL"].notna()).any() else rows
    return choose_decimals(rows["AVAL"])


def values_at(rows: pd.DataFrame, column: str) -> pd.Series:
    """Values of a column by USUBJID, one per participant."""
    # by column: a frame of them would be made and copied for each of the steps
    first = ~rows["USUBJID"].duplicated().to_numpy()
    persons = pd.Index(rows["USUBJID"].array[first], name="USUBJID")
    return pd.Series(rows[column].array[first], index=persons, name=column).dropna()


def by_test(rows: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Rows of each test."""
    return {str(code): own for code, own in rows.groupby("PARAMCD", sort=True)}
