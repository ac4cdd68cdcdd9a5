"""Changes of a score drawn at random, complete or with holes, for models of a view."""

import numpy as np
import pandas as pd
from sample_scores import ADSL, make_rows, make_scores

from helpers.view import View

VISITS = ("M03", "M06", "M12")


def make_adsl(per_arm: dict[str, int]) -> pd.DataFrame:
    """Participants of each arm, in the columns of the sample."""
    rows = [(f"{arm}{n:02}", arm) for arm, size in per_arm.items() for n in range(size)]
    adsl = pd.DataFrame(rows, columns=["USUBJID", "TRT01P"])
    flags = {name: "Y" for name in ADSL.columns if name.endswith("FL")}
    return adsl.assign(**flags, TRT01A=adsl["TRT01P"])


def draw_values(adsl: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """One row per participant: whole numbers at baseline and every later visit."""
    draw = np.random.default_rng(seed)
    base = draw.integers(8, 20, len(adsl)).astype(float)
    own = draw.normal(0, 1.5, len(adsl))
    values = pd.DataFrame({"USUBJID": adsl["USUBJID"], "BL": base})
    for place, visit in enumerate(VISITS):
        noise = draw.normal(0, 1.5, len(adsl))
        values[visit] = np.round(0.8 * base - place + own + noise)
    return values


def view_values(
    values: pd.DataFrame, adsl: pd.DataFrame, interim: str = "fin", code: str = "NIHSSTOT"
) -> View:
    """A closed view with these values of one score."""
    form = make_scores().trial.scores[code].form
    return make_scores(interim, adsl=adsl, adeff=make_rows(values, code, form))
