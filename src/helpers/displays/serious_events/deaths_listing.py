"""L-S-05: deaths, one row each."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.displays.adverse_events.event_notes import AS_IN_EXTRACT
from helpers.displays.columns import state_date
from helpers.displays.declare import shown_as
from helpers.displays.formats import format_number
from helpers.displays.model import NOT_APPLICABLE, Listing, join_notes
from helpers.displays.serious_events.death_records import find_death_records, list_sources
from helpers.view import View

MOST = 1000  # rows on the page
HEADERS = (
    "Participant", "Arm", "Age", "Sex", "Cause", "Study day", "Days from last dose", "Doses",
    "Related",
)  # fmt: skip
STACKED = frozenset({"Arm", "Sex", "Doses"})


@shown_as(
    "L-S-05",
    title="Deaths, one by one",
    needs=("adsl",),
    variables=("DTHFL",),
)
def list_deaths(view: View) -> Listing:
    """Randomised participants with a death in any source, by study day of death."""
    records = find_death_records(view)
    days = (records["DTHDT"] - records["ANCHORDT"]).dt.days
    records = records.assign(DAY=days.where(days < 0, days + 1))
    records = records.sort_values(["DAY", "SUBJID"], kind="stable", na_position="last")
    sources = list_sources(view)
    labels = {arm.code: arm.label for arm in view.trial.arms}
    rows = tuple(_write_row(person, labels, sources) for _, person in records.iterrows())
    return Listing(
        population_line="Randomised participants with a death in any source, by study day of "
        f"death. Data to {state_date(view.cutoff)}. Participants N = {len(records)}.",
        notes=join_notes(
            "Day 1 is the day of the first dose, without a dose that of randomisation.",
            "Arm: as treated, without a treatment as randomised.",
            "Related: to the product or the procedure, by a fatal event.",
            AS_IN_EXTRACT,
            f"{len(rows) - MOST} more are not shown." if len(rows) > MOST else "",
        ),
        source_note="adsl (DTHFL, DTHDT, LDDTHELD, DOSES, EOSSTT, EOSREAS), adae with FATALFL = Y "
        "(RELFL); list_deaths.",
        headers=(*HEADERS, *(label[0].upper() + label[1:] for label in sources.values())),
        stacked=STACKED,
        rows=rows[:MOST],
        file_rows=rows[MOST:],
        empty="No death by the cut-off",
    )


def _write_row(
    person: "pd.Series[Any]", labels: Mapping[str, str], sources: Iterable[str]
) -> tuple[str, ...]:
    arm = person.get("TRT01A")
    arm = person.get("TRT01P") if pd.isna(arm) else arm
    return (
        str(person["SUBJID"]),
        labels.get(str(arm), ""),
        _text(person.get("AGEGR1")),
        _text(person.get("SEX")),
        str(person["CAUSE"]),
        _number(person["DAY"]) or "missing",
        _number(person.get("LDDTHELD")) or NOT_APPLICABLE,
        _number(person.get("DOSES")),
        ("yes" if person["RELATED"] else "no") if person["AE"] else NOT_APPLICABLE,
        *("yes" if person[source] else "no" for source in sources),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> str:
    return "" if pd.isna(value) else format_number(float(value), 0)
