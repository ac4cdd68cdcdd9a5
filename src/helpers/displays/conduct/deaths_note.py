"""Deaths of the disposition against those of the first page."""

import pandas as pd

from helpers.view import ClosedView, View


def describe_deaths(view: View) -> str:
    """Why the deaths counted as study ends are not those of demography; empty where they are."""
    persons = view.population("ITT")
    if "DTHFL" not in persons or "EOSREAS" not in persons:
        return ""
    died = persons["DTHFL"] == "Y"
    ended = (persons["EOSSTT"] == "DISCONTINUED") & (persons["EOSREAS"] == "DEATH")
    parts = [
        _count(view, persons[died & ~ended], "died without a study end by death"),
        _count(view, persons[ended & ~died], "left the study by death without a recorded death"),
    ]
    said = "; ".join(part for part in parts if part)
    if not said:
        return ""
    return (
        f"Deaths here are study ends by death ({int(ended.sum())}); the first page counts the "
        f"recorded deaths ({int(died.sum())}): {said}."
    )


def _count(view: View, persons: pd.DataFrame, what: str) -> str:
    """How many; in closed reports also who."""
    if persons.empty:
        return ""
    keys = f" ({', '.join(sorted(persons['SUBJID']))})" if isinstance(view, ClosedView) else ""
    return f"{len(persons)} {what}{keys}"
