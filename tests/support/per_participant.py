"""What open readers get of each participant, as numbers, and how well they tell who was dosed.

The reader is taken to know the day on which everybody was randomised. What a file holds of one
participant is how many rows of each kind, their numbers, where in the file they stand, and when.
"""

import io
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

LEVELS = 30  # of a column that says the kind of a row
PENALTY = 50.0
DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?")


def describe_rows(
    name: str, rows: pd.DataFrame, randomised: pd.Series, *, days: bool
) -> pd.DataFrame:
    """Features of one file by participant: rows by kind, numbers, places, and times in days.

    Times are counted from randomisation, of columns that hold days; months count as their middle.
    """
    rows = rows.assign(PLACE=np.arange(len(rows)) / max(len(rows), 1))
    subject = rows["SUBJID"]
    parts = {
        f"{name} rows": subject.value_counts(),
        f"{name} place": rows.groupby(subject)["PLACE"].mean(),
    }
    for column in rows.columns.difference(["SUBJID", "PLACE", "STUDYID"]):
        values = rows[column].fillna("")
        label = f"{name} {column}"
        dated = values.str.extract(f"({DATE.pattern})")[0]
        if dated.notna().any():
            whole = dated.where(dated.str.len() == 10, dated + "-15")
            lag = (pd.to_datetime(whole, errors="coerce") - subject.map(randomised)).dt.days
            if days:
                visits = rows.get("VISIT", pd.Series("", index=rows.index)).fillna("")
                for visit, part in lag.groupby(visits):
                    parts[f"{label} {visit} day"] = part.groupby(subject).mean()
            continue
        number = pd.to_numeric(values, errors="coerce")
        if number.notna().mean() > 0.9:
            parts[f"{label} highest"] = number.groupby(subject).max()
        if values.nunique() <= LEVELS:
            for level, part in subject.groupby(values):
                parts[f"{label}={level}"] = part.value_counts()
    found = pd.DataFrame(parts)
    # a count of what is not there is 0, a time that is not there tells nothing
    counts = [c for c in found if not c.endswith((" day", " place", " highest"))]
    return found.reindex(randomised.index).assign(
        **{c: found[c].reindex(randomised.index).fillna(0) for c in counts}
    )


def describe_findings(findings: pd.DataFrame, randomised: pd.Series) -> pd.DataFrame:
    """Features of findings.csv: its key is taken apart, and its month is kept."""
    keys = findings["key"].fillna("")
    rows = pd.DataFrame(
        {
            "SUBJID": findings["SUBJID"],
            "KIND": findings["id"] + " " + findings["table"] + " " + findings["column"],
            "VISIT": keys.str.extract(r"VISIT=(\S+)")[0],
            "FORM": keys.str.extract(r"QSCAT=(\S+)")[0],
            "DATE": keys.str.extract(r"DTC=(\S+)")[0],
        }
    )
    return describe_rows("findings", rows, randomised, days=True)


def describe_files(
    files: Mapping[str, bytes], randomised: pd.Series, *, days: bool
) -> pd.DataFrame:
    """Features of every table of an export folder that is CSV and names participants."""
    found = []
    for name, content in sorted(files.items()):
        if name.endswith(".csv"):
            rows = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
            if "SUBJID" in rows and len(rows):
                found.append(describe_rows(Path(name).stem, rows, randomised, days=days))
    return pd.concat(found, axis=1)


def measure_auc(features: pd.DataFrame, dosed: pd.Series, trials: pd.Series) -> float:
    """How well a linear rule learnt from other trials (or other folds) tells who was dosed.

    0.5 is guessing. Each trial is judged by a ridge regression on all others.
    """
    values = features.fillna(features.median()).fillna(0).to_numpy(dtype=float)
    truth = dosed.to_numpy(dtype=float)
    hits, pairs = 0.0, 0
    for trial in sorted(trials.unique()):
        test = (trials == trial).to_numpy()
        score = _fit_ridge(values[~test], truth[~test], values[test])
        yes, no = score[truth[test] == 1], score[truth[test] == 0]
        hits += (yes[:, None] > no).sum() + 0.5 * (yes[:, None] == no).sum()
        pairs += len(yes) * len(no)
    return float(hits / pairs)


def _fit_ridge(train: np.ndarray, truth: np.ndarray, test: np.ndarray) -> np.ndarray:
    mean, spread = train.mean(axis=0), train.std(axis=0)
    use = spread > 0
    scaled = (train[:, use] - mean[use]) / spread[use]
    kernel = scaled @ scaled.T + PENALTY * np.eye(len(scaled))
    weights = scaled.T @ np.linalg.solve(kernel, truth - truth.mean())
    return ((test[:, use] - mean[use]) / spread[use]) @ weights
