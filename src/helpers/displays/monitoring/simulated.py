"""Designs simulated arm by arm, as a check of the recursion, and all numbers of a design."""

from collections.abc import Callable

import pandas as pd

from helpers.displays.monitoring.compare_designs import Named, characterise
from helpers.displays.monitoring.design import Design
from helpers.stats.stopping import simulate_operating_characteristics
from helpers.stats.stopping.operating_characteristics import RATES

SEED = 20210705


def simulate_design(design: Design, trials: int, advance: Callable[[], None]) -> pd.DataFrame:
    """Rate, p_alert, se, expected_n of simulated arms; `advance` is called after each rate."""
    rows = []
    for place, rate in enumerate(RATES):
        rows.append(
            simulate_operating_characteristics(
                design.bayesian,
                rates=[rate],
                looks=design.checked,
                trials=trials,
                seed=SEED + place,
            )
        )
        advance()
    return pd.concat(rows, ignore_index=True)


def describe_rates(one: Named) -> list[dict[str, float | None]]:
    """What the rules of a design do at each true rate, exact and simulated."""
    rule, companion = (characterise(one.design, code) for code in ("RULE", "COMPANION"))
    simulated: list[float | None] = [None] * len(rule)
    if one.trials:
        simulated = [float(p) for p in one.simulated["p_alert"]]
    return [
        {
            "rate": float(row.rate),
            "p_alert": float(row.p_alert),
            "expected_n": float(row.expected_n),
            "p_any_arm": float(row.p_either),
            "p_cross": float(crossing),
            "p_alert_simulated": drawn,
        }
        for row, crossing, drawn in zip(
            rule.itertuples(index=False), companion["p_alert"], simulated, strict=True
        )
    ]
