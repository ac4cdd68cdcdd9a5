"""Improvement has one direction: a score that is turned round shows the same improvements."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from sample_response import make_response
from score_values import draw_values, make_adsl, view_values

from helpers.displays.distributions.waterfall import plot_waterfall
from helpers.displays.model import Display, Withheld
from helpers.displays.responders.cumulative_curve import plot_cumulative_responders
from helpers.displays.scores.mean_changes import plot_mean_changes
from helpers.displays.supportive.shrinkage_table import tabulate_shrinkage
from helpers.displays.treatment_effect.effect_figure import plot_effect
from helpers.displays.treatment_effect.rank_table import tabulate_ranks
from helpers.view import View

CODE = "NIHSSTOT"
ADSL = make_adsl({"IV": 6, "IT": 5, "CTL": 5})
VALUES = view_values(draw_values(ADSL), ADSL)
SHIFT = "SHIFT"  # category of the Hodges-Lehmann shift, in the unit of the score


def turn(view: View) -> View:
    """The view with every value of the score negated, and higher as the better side."""
    rows = view["adeff"]
    mine = rows["PARAMCD"] == CODE
    turned = {
        name: rows[name].mask(mine, -rows[name])
        for name in ("AVAL", "BASE", "CHG")
        if name in rows.columns
    }
    scores = dict(view.trial.scores)
    score = scores[CODE]
    low, high = score.range
    least = -score.responder.or_value_at_most
    responder = score.responder.model_copy(
        update={
            "change": -score.responder.change,
            "or_value_at_most": None,
            "or_value_at_least": least,
        }
    )
    scores[CODE] = score.model_copy(
        update={"direction": 1, "range": (-high, -low), "responder": responder}
    )
    return replace(
        view,
        datasets={**view.datasets, "adeff": rows.assign(**turned)},
        trial=view.trial.model_copy(update={"scores": scores}),
    )


def read(display: Display) -> pd.Series:
    assert not isinstance(display, Withheld)
    rows = {
        (*row.key, row.statistic): row.value for row in display.results if row.key.category != SHIFT
    }
    return pd.Series(rows, dtype=float).sort_index()


@pytest.mark.parametrize(
    ("make", "view"),
    [
        (plot_mean_changes, VALUES),  # F-E-08
        (plot_effect, VALUES),  # F-E-17
        (tabulate_shrinkage, VALUES),  # T-E-17
        (plot_cumulative_responders, make_response("fin")),  # F-E-09
        (plot_waterfall, make_response("fin")),  # F-E-10
        (tabulate_ranks, make_response("fin")),  # T-E-08
    ],
)
def test_negating_a_score_where_lower_is_better_changes_no_improvement(
    make: Callable[[View], Display], view: View
) -> None:
    plain, turned = read(make(view)), read(make(turn(view)))
    assert len(plain) > 3
    pd.testing.assert_series_equal(plain, turned, rtol=1e-6)
