"""Time to event: every method under one name; each lives in a file of its own."""

from helpers.stats.survival.aalen_johansen import aalen_johansen, compare_incidences
from helpers.stats.survival.cox import cox
from helpers.stats.survival.gray import gray_test
from helpers.stats.survival.kaplan_meier import (
    estimate_median_follow_up,
    estimate_survival_time,
    kaplan_meier,
)
from helpers.stats.survival.log_rank import log_rank
from helpers.stats.survival.mean_cumulative import mean_cumulative
from helpers.stats.survival.step_tables import tabulate_at_times

__all__ = [
    "aalen_johansen",
    "compare_incidences",
    "cox",
    "estimate_median_follow_up",
    "estimate_survival_time",
    "gray_test",
    "kaplan_meier",
    "log_rank",
    "mean_cumulative",
    "tabulate_at_times",
]
