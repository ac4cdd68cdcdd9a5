"""The same participants in another number of arms: one, or six with long names."""

from dataclasses import replace

import pandas as pd

from helpers.params.design import Arm
from helpers.view import View

LONG = "Cells into the spinal canal in three doses, higher strength, after premedication"


def with_arms(view: View, number: int) -> View:
    """A view whose participants are spread over `number` arms; the last is the control of many."""
    codes = [f"A{place}" for place in range(1, number + 1)]
    active = codes[:-1] if number > 1 else codes
    arms = tuple(
        Arm(
            code=code,
            label=f"Long arm {code}",
            name=f"{LONG}, {code}",
            contrast=code,
            route="INTRATHECAL" if code in active else None,
        )
        for code in codes
    )
    trial = view.trial.model_copy(
        update={"arms": arms, "control": codes[-1] if number > 1 else None}
    )
    people = sorted(view["adsl"]["USUBJID"])
    given = {who: codes[place % number] for place, who in enumerate(people)}
    frames = {name: _move(rows, given) for name, rows in view.datasets.items()}
    return replace(view, trial=trial, datasets=frames)


def _move(rows: pd.DataFrame, given: dict[str, str]) -> pd.DataFrame:
    """Rows with everybody who has an arm in the new one."""
    for name in ("TRT01P", "TRT01A"):
        if name in rows and "USUBJID" in rows:
            moved = rows["USUBJID"].map(given).where(rows[name].notna(), None)
            rows = rows.assign(**{name: moved.astype(object)})
    return rows
