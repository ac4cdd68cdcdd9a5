"""What the listings of scores share: arms of participants, and how many rows a page has."""

import pandas as pd

from helpers.view import View

MOST = 300  # rows on the page; the CSV copy has all
Rows = tuple[tuple[str, ...], ...]


def read_participants(view: View) -> pd.DataFrame:
    """SUBJID and ARM (label, as randomised) of the efficacy population, by USUBJID."""
    rows = view.population(view.interim.population_efficacy).set_index("USUBJID")
    labels = {arm.code: arm.label for arm in view.trial.arms}
    names = rows["SUBJID"] if "SUBJID" in rows else rows.index.to_series()
    return pd.DataFrame({"SUBJID": names, "ARM": rows["TRT01P"].map(labels).fillna("")})


def cap_rows(rows: Rows) -> tuple[Rows, Rows, str]:
    """The first rows for the page, the others for the CSV copy, and the note that says so."""
    more = rows[MOST:]
    note = (
        f"The first {MOST} of {len(rows)} rows; all are in the CSV copy of this listing."
        if more
        else ""
    )
    return rows[:MOST], more, note
