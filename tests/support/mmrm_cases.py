"""Data and models of the reference files, shared by the tests of the mixed model."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[1] / "reference" / "stats"
METHODS = ("satterthwaite", "kenward_roger", "kenward_roger_linear")
LEVELS = {
    "small_trial": ("ARM", ["CONTROL", "IV", "IT"]),
    "fev_data": ("SEX", ["Male", "Female"]),
    "trial48_long": ("ARM", ["CTRL", "LOW", "HIGH"]),
}
SMALL = {
    "response": "CHG",
    "subject": "USUBJID",
    "visit": "AVISIT",
    "arm": "ARM",
    "covariates": ["BASE"],
}
FEV = SMALL | {"response": "FEV1", "arm": "ARMCD", "covariates": ["RACE", "SEX"]}


@cache
def read_data(name):
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    factor, levels = LEVELS.get(name, (None, None))
    return (
        frame if factor is None else frame.assign(**{factor: pd.Categorical(frame[factor], levels)})
    )


@cache
def read_models(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def read_table(name):
    return pd.read_csv(FOLDER / f"{name}.csv")


def describe_model(file, key):
    """The frame and the keyword arguments of a model of a JSON file."""
    model = read_models(file)[key]
    chosen = {"covariance": model["covariance"].split()[0].strip(","), "reml": model["reml"]}
    if "fev" in file:
        frame, chosen = read_data("fev_data"), FEV | chosen
        if key == "us_weighted":
            chosen |= {"covariates": ["RACE"], "weights": "WEIGHT"}
        if key == "toeph" and "extra" in file:
            chosen |= {"covariates": ["FEV1_BL"]}
    elif "small" in file:
        frame, chosen = read_data("small_trial"), SMALL | chosen
    else:
        frame, chosen = read_data("trial48_long"), SMALL | chosen
        if key in ("us", "csh"):
            chosen |= {"covariates": ["BASE", "STRATUM"]}
        if key == "us_base_by_visit":
            chosen |= {"covariates": ["BASE*AVISIT"]}
    if key.endswith("by_arm"):
        chosen |= {"group": chosen["arm"]}
    return frame, chosen


def list_models(*files):
    """(file, key, method) of every model, but the spatial one."""
    return [
        (file, key, method)
        for file in files
        for key, model in read_models(file).items()
        for method in METHODS
        if method in model and key != "sp_exp"
    ]
