"""The one module that analysts import has every method under its fixed name."""

from helpers.stats import survival


def test_the_fixed_names_are_there():
    names = {"kaplan_meier", "aalen_johansen", "gray_test", "log_rank", "cox", "mean_cumulative"}
    assert names <= set(survival.__all__)
    assert all(callable(getattr(survival, name)) for name in survival.__all__)


def test_step_tables_share_their_columns():
    tables = (
        survival.kaplan_meier([1, 2], [1, 0]),
        survival.aalen_johansen([1, 2], [1, 0], cause=1),
        survival.mean_cumulative([[1], []], [1, 2]),
    )
    for table in tables:
        shared = ["time", "n_risk", "n_event", "estimate", "variance", "lower", "upper", "note"]
        assert [name for name in table.columns if name in shared] == shared
        assert table["time"].tolist() == [0, 1, 2]
