"""L-S-04: important protocol deviations, one row each."""

import re
from typing import Any

import pandas as pd

from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import MONTHS
from helpers.displays.model import Listing, join_notes
from helpers.displays.rows import name_code
from helpers.view import View

MOST = 1000  # rows on the page
PARTS = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
HEADERS = (
    "Participant", "Arm", "Date", "Study day", "Category", "Deviation",
    "Excludes from per protocol", "Identified by",
)  # fmt: skip
STACKED = frozenset({"Arm", "Study day", "Identified by"})


@shown_as(
    "L-S-04",
    title="Important protocol deviations, one by one",
    needs=("addv", "adsl"),
    absent="There are no data on protocol deviations in this trial.",
)
def list_important_deviations(view: View) -> Listing:
    """Important deviations of randomised participants by participant and day."""
    rows = view["addv"]
    rows = rows[(rows["DVCLAS"] == "IMPORTANT") & (rows["ITTFL"] == "Y")]
    anchor = rows["USUBJID"].map(view["adsl"].set_index("USUBJID")["ANCHORDT"])
    days = (rows["ADT"] - anchor).dt.days
    rows = rows.assign(DAY=days.where(days < 0, days + 1))
    rows = rows.sort_values(["SUBJID", "ADT", "DVSEQ"], kind="stable", na_position="last")
    labels = {arm.code: arm.label for arm in view.trial.arms}
    texts = tuple(_write_row(row, labels) for row in rows.itertuples(index=False))
    return Listing(
        population_line="Important deviations of randomised participants, by participant, then "
        f"day. Data to {state_date(view.cutoff)}. Deviations N = {len(texts)}.",
        notes=join_notes(
            "Day 1 is the day of the first dose, without a dose that of randomisation; of a date "
            "that is not complete, the first day that it can mean.",
            "Arm: as randomised. Deviation: in the words of who recorded it.",
            f"{len(texts) - MOST} more are not shown." if len(texts) > MOST else "",
        ),
        source_note="addv with DVCLAS = IMPORTANT, adsl; list_important_deviations.",
        headers=HEADERS,
        stacked=STACKED,
        rows=texts[:MOST],
        file_rows=texts[MOST:],
        empty="No important deviation by the cut-off",
    )


def _write_row(row: Any, labels: dict[str, str]) -> tuple[str, ...]:
    return (
        str(row.SUBJID),
        labels.get(str(row.TRT01P), ""),
        write_date(row.DVSTDTC) if isinstance(row.DVSTDTC, str) else "missing",
        "" if pd.isna(row.DAY) else f"{int(row.DAY)}".replace("-", "\u2212"),
        _name(row.DVCAT),
        row.DVTERM if isinstance(row.DVTERM, str) else "missing",
        {"Y": "yes", "N": "no"}.get(str(row.DVPP), "missing"),
        _name(row.DVIDBY),
    )


def write_date(text: str) -> str:
    """A recorded date as `5 Sep 2022`, of an incomplete one what is known: `Sep 2022`, `2022`."""
    found = PARTS.fullmatch(text[:10])
    if found is None:
        return text
    year, month, day = found.groups()
    parts = (day and str(int(day)), month and MONTHS[int(month) - 1], year)
    return " ".join(part for part in parts if part)


def _name(code: object) -> str:
    return name_code(code) if isinstance(code, str) else "missing"
