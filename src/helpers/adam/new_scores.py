"""Scores, forms and visits of a trial, guessed from its analysis data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.adam.dataset import PERSON, Dataset
from helpers.adam.first_words import BASELINE, NOT_PLANNED, TOTAL, make_codes

LAB, VITALS = "adlb", "advs"
NOT_SCORES = ("adae", LAB, VITALS, "adtte", "adsl", "adeg", "adcm", "admh", "adex", "adpc", "adpp")
MOST_SCORES, MOST_VISITS = 3, 12  # of a data set; of the trial


@dataclass(frozen=True)
class Visits:
    """Visits of the scores: `words` AVISIT -> code, `planned` as in trial.yaml, `others` words."""

    words: dict[str, str]
    planned: list[dict[str, Any]]
    others: list[str]


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
        label = values["PARAM"] if "PARAM" in values else values["PARAMCD"]
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
    if "DTYPE" in datasets[score.dataset].frame:
        where["DTYPE"] = [None]
    return where


def list_forms(
    scores: pd.DataFrame, visits: Visits, datasets: Mapping[str, Dataset]
) -> dict[str, Any]:
    """One form for each data set of scores, due at the visits that it has."""
    forms = {}
    for name in sorted(set(scores["dataset"])):
        seen = set(datasets[name].frame["AVISIT"].dropna())
        due = [code for word, code in visits.words.items() if word in seen]
        forms[name.upper()] = {"label": name.upper(), "visits": due}
    return forms


def list_scores(scores: pd.DataFrame) -> dict[str, Any]:
    """Scores as in trial.yaml; the first of each data set is a main one."""
    first = set(scores.drop_duplicates("dataset")["CODE"])
    return {
        row.CODE: {
            "label": row.PARAM, "form": row.dataset.upper(), "direction": 1,
            "range": [int(row.low // 1), int(-(-row.high // 1))], "decimals": 1,
            **({"main": True} if row.CODE in first else {}),
        }
        for row in scores.itertuples()
    }  # fmt: skip


def find_visits(
    datasets: Mapping[str, Dataset], scores: pd.DataFrame, adsl: pd.DataFrame
) -> Visits:
    """Visits of the scores, without any those of laboratory and vital signs."""
    names = sorted(set(scores["dataset"])) or [n for n in datasets if n.startswith((LAB, VITALS))]
    frames = [datasets[name].frame for name in names if "AVISIT" in datasets[name].frame]
    if not frames:
        return Visits({}, [], [])
    rows = pd.concat([_with_days(frame, adsl) for frame in frames], ignore_index=True)
    rows = rows.dropna(subset=["AVISIT"])
    order = rows.groupby("AVISIT")[["AVISITN", "DAY"]].median().sort_values(["AVISITN", "DAY"])
    baseline = [w for w in order.index if BASELINE.search(w) and not NOT_PLANNED.search(w)]
    chosen = [
        word
        for word in order.index
        if word not in baseline and not NOT_PLANNED.search(word) and order.loc[word, "DAY"] > 1
    ][:MOST_VISITS]
    codes = make_codes(chosen)
    planned = [
        {"code": codes[word], "label": word, "target": round(float(order.loc[word, "DAY"])) - 1}
        for word in chosen
    ]
    words = {**dict.fromkeys(baseline[:1], "BL"), **codes}
    return Visits(words, planned, [str(w) for w in order.index if w not in words])


def _with_days(frame: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """AVISIT, AVISITN and study day of each record."""
    if "ADY" in frame:
        day = frame["ADY"].astype("float64")
    elif "ADT" in frame and "TRTSDT" in adsl:
        start = frame[PERSON].map(adsl.drop_duplicates(PERSON).set_index(PERSON)["TRTSDT"])
        day = (frame["ADT"] - start).dt.days.astype("float64") + 1
    else:
        day = pd.Series(float("nan"), index=frame.index)
    number = frame["AVISITN"].astype("float64") if "AVISITN" in frame else day
    return pd.DataFrame({"AVISIT": frame["AVISIT"], "AVISITN": number, "DAY": day})
