"""A thin line per participant, of at most so many of them."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from helpers.displays.figures.style import arm_colour

MOST = 200  # participants drawn per arm


def choose_participants(subjects: pd.Index, seed: int) -> pd.Index:
    """At most 200 of the participants, the same ones whenever the seed is the same."""
    if len(subjects) <= MOST:
        return subjects
    places = np.random.default_rng(seed).choice(len(subjects), MOST, replace=False)
    return subjects[np.sort(places)]


def draw_participants(
    axis: Axes, rows: pd.DataFrame, position: int | None, *, width: float = 0.8
) -> None:
    """Lines in the colour of an arm, through the VALUE of each USUBJID by PLACE."""
    sns.lineplot(
        rows,
        x="PLACE",
        y="VALUE",
        units="USUBJID",
        estimator=None,
        color=arm_colour(position),
        linewidth=width,
        alpha=0.5,
        legend=False,
        ax=axis,
    )
