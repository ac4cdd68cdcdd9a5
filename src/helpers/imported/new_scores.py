"""Scores and forms of a trial, guessed from its analysis data."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.imported.dataset import PERSON, Dataset
from helpers.imported.new_visits import BASELINE_CODE, Visits, fold
from helpers.imported.term_guesses import TOTAL

LAB, VITALS = "adlb", "advs"
NOT_SCORES = ("adae", LAB, VITALS, "adtte", "adsl", "adeg", "adcm", "admh", "adex", "adpc", "adpp")
MOST_SCORES = 3  # of a data set
FEWEST_ALIKE = 5  # values that must be the same before one score is said to fill in another


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


def find_filled(scores: pd.DataFrame, datasets: Mapping[str, Dataset]) -> dict[str, str]:
    """Scores in which missing values of another are filled in, with that one, by CODE.

    Such a score has every value of the other, the same to the last digit, and values at visits of
    participants where the other has none. That is seen, not guessed: no name is read.
    """
    values = {row.CODE: _read_values(row, datasets) for row in scores.itertuples()}
    home = dict(zip(scores["CODE"], scores["dataset"], strict=True))
    found: dict[str, str] = {}
    for code, own in values.items():
        for other, known in values.items():
            alike = code != other and home[code] == home[other] and other not in found
            if alike and _is_filled(own, known):
                found[code] = other
                break
    return found


def _read_values(score: Any, datasets: Mapping[str, Dataset]) -> pd.Series:
    """Values of a score by participant and visit, where each has one."""
    frame = datasets[score.dataset].frame
    chosen = pd.Series(True, index=frame.index)
    for name, words in choose_rows(score, datasets).items():
        known = [word for word in words if word is not None]
        chosen &= frame[name].isin(known) | (frame[name].isna() if None in words else False)
    rows = frame[chosen].dropna(subset=["AVAL", "AVISIT"])
    return rows.drop_duplicates([PERSON, "AVISIT"]).set_index([PERSON, "AVISIT"])["AVAL"]


def _is_filled(own: pd.Series, known: pd.Series) -> bool:
    if len(own) <= len(known) or len(known) < FEWEST_ALIKE or known.min() == known.max():
        return False
    return bool((own.reindex(known.index) == known).all())


def describe_filled(filled: Mapping[str, str]) -> str:
    """What a person must decide about scores that fill in others."""
    if not filled:
        return (
            "fills_in, of a score in which the sponsor has filled in missing values of another "
            "(last value carried forward): no score here has every value of another and more"
        )
    said = ", ".join(f"{code} of {other}" for code, other in filled.items())
    return f"fills_in: these have every value of another score and more, so fill it in: {said}"


def list_scores(scores: pd.DataFrame, filled: Mapping[str, str]) -> dict[str, Any]:
    """Scores as in trial.yaml; the first of each data set that fills in no other is a main one."""
    observed = scores[~scores["CODE"].isin(list(filled))]
    first = set(observed.drop_duplicates("dataset")["CODE"])
    return {
        row.CODE: {
            "label": row.PARAM, "form": row.dataset.upper(),
            "direction": 1, "direction_decided": False,
            "range": [int(row.low // 1), int(-(-row.high // 1))], "decimals": 1,
            **({"main": True} if row.CODE in first else {}),
            **({"fills_in": filled[row.CODE]} if row.CODE in filled else {}),
        }
        for row in scores.itertuples()
    }  # fmt: skip
