"""Scores and forms of a trial, guessed from its analysis data."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.imported.dataset import Dataset
from helpers.imported.new_visits import BASELINE_CODE, Visits, fold
from helpers.imported.term_guesses import TOTAL

LAB, VITALS = "adlb", "advs"
NOT_SCORES = ("adae", LAB, VITALS, "adtte", "adsl", "adeg", "adcm", "admh", "adex", "adpc", "adpp")
MOST_SCORES = 3  # of a data set


def find_scores(datasets: Mapping[str, Dataset]) -> pd.DataFrame:
    """dataset, PARAMCD, PARAM, low, high, n: numeric parameters that are no laboratory or vitals.

    CODE is PARAMCD as a code of ours; of two data sets with the same one the second adds its name.
    """
    found = []
    for name, dataset in datasets.items():
        frame = dataset.frame
        if name.startswith(NOT_SCORES) or not {"PARAMCD", "AVAL", "AVISIT"} <= set(frame):
            continue
        values = frame.dropna(subset=["AVAL", "PARAMCD"])
        label = values.get("PARAM", values["PARAMCD"]).fillna(values["PARAMCD"])
        grouped = values.assign(LABEL=label).groupby("PARAMCD", sort=True)
        for code, rows in grouped:
            low, high = float(rows["AVAL"].min()), float(rows["AVAL"].max())
            found.append((name, str(code), str(rows["LABEL"].iloc[0]), low, high, len(rows)))
    columns = ["dataset", "PARAMCD", "PARAM", "low", "high", "n"]
    scores = pd.DataFrame(found, columns=columns)
    scores["CODE"] = _make_codes(scores["PARAMCD"], scores["dataset"])
    total = scores["PARAM"].map(lambda text: bool(TOTAL.search(text)))
    ranked = scores.assign(ITEM=~total).sort_values(["dataset", "ITEM", "n"], ascending=[1, 1, 0])
    return ranked.groupby("dataset").head(MOST_SCORES).reset_index(drop=True)


def _make_codes(names: pd.Series, datasets: pd.Series) -> list[str]:
    """Letters, digits and underscores, none twice."""
    codes: list[str] = []
    for name, dataset in zip(names, datasets, strict=True):
        code = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "SCORE"
        code = code if code not in codes else f"{code}_{dataset.upper()}"
        while code in codes:
            code += "_"
        codes.append(code)
    return codes


def choose_rows(score: Any, datasets: Mapping[str, Dataset]) -> dict[str, list[str | None]]:
    """Rows of a score: observed values only, where the data set has derived ones too."""
    where: dict[str, list[str | None]] = {"PARAMCD": [score.PARAMCD]}
    frame = datasets[score.dataset].frame
    if "DTYPE" in frame and frame.loc[frame["PARAMCD"] == score.PARAMCD, "DTYPE"].isna().any():
        where["DTYPE"] = [None]
    return where


def list_forms(
    scores: pd.DataFrame, visits: Visits, datasets: Mapping[str, Dataset]
) -> dict[str, Any]:
    """One form for each data set of scores, due at the visits that it has."""
    forms = {}
    for name in sorted(set(scores["dataset"])):
        frame = datasets[name].frame
        seen = {fold(word) for word in frame["AVISIT"].dropna()}
        due = [code for word, code in visits.words.items() if fold(word) in seen]
        if "ABLFL" in frame and (frame["ABLFL"] == "Y").any() and BASELINE_CODE not in due:
            due.insert(0, BASELINE_CODE)
        forms[name.upper()] = {"label": name.upper(), "visits": due}
    return forms


def list_scores(scores: pd.DataFrame) -> dict[str, Any]:
    """Scores as in trial.yaml; the first of each data set is a main one."""
    first = set(scores.drop_duplicates("dataset")["CODE"])
    return {
        row.CODE: {
            "label": row.PARAM, "form": row.dataset.upper(),
            "direction": 1, "direction_decided": False,
            "range": [int(row.low // 1), int(-(-row.high // 1))], "decimals": 1,
            **({"main": True} if row.CODE in first else {}),
        }
        for row in scores.itertuples()
    }  # fmt: skip
