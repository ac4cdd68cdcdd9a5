"""How often anything happens in windows of the same place in time, in every arm.

An arm without administrations gets pseudo doses: the first after the median wait of the others,
the second at the visit before which theirs comes. Windows go by calendar days in all arms.
"""

import math

import pandas as pd

from helpers.displays import show
from helpers.displays.administration.windows import (
    ANY_DOSE,
    count_evaluable,
    list_windows,
    share_results,
)
from helpers.displays.model import Cell, Line
from helpers.displays.results import Key, Result
from helpers.displays.rows import Row, heading_row
from helpers.view import ClosedView

TITLE = "Background rate in matched windows: any event, calendar days, after any (pseudo) dose"
PARAMETER = "background"


def list_background_rows(view: ClosedView) -> list[Row]:
    """Rows of the matched windows, where the interim asks for them."""
    if view.interim.control_window != "pseudo" or view.trial.control is None:
        return []
    starts = pd.concat([find_dose_days(view), place_pseudo_doses(view)], ignore_index=True)
    rows = [heading_row(TITLE)]
    for window, hours in list_windows(view).items():
        days = math.ceil(hours / 24)
        rows.append(_build_row(view, window, days, classify_days(view, starts, days)))
    return rows


def _build_row(view: ClosedView, window: str, days: int, status: pd.DataFrame) -> Row:
    key = Key("SAF", "", PARAMETER, ANY_DOSE, window)
    results: list[Result] = []
    groups = view.groups("SAF")
    for group in groups:
        counts = count_evaluable(status, group)
        results += share_results(view, key._replace(arm=group.label), counts)
    cells = tuple(Cell(key._replace(arm=group.label), show.n_of()) for group in groups)
    return Row(Line(f"within {days} days", cells, level=1), tuple(results))


def find_dose_days(view: ClosedView) -> pd.DataFrame:
    """USUBJID and DAY of the given administrations of the safety set."""
    given = view["adex"]
    safety = view.population("SAF")["USUBJID"]
    given = given[(given["GIVENFL"] == "Y") & given["USUBJID"].isin(safety)]
    return pd.DataFrame({"USUBJID": given["USUBJID"], "DAY": given["ASTDTM"].dt.normalize()})


def place_pseudo_doses(view: ClosedView) -> pd.DataFrame:
    """USUBJID and DAY of the pseudo doses of the control arm, by the cut-off and while on study."""
    persons = view.population("SAF").set_index("USUBJID")
    waits = (persons["TRTSDTM"].dt.normalize() - persons["RANDDT"]).dt.days.dropna()
    if waits.empty:
        return pd.DataFrame({"USUBJID": [], "DAY": pd.Series(dtype="datetime64[s]")})
    lag = pd.Timedelta(days=math.floor(float(waits.median()) + 0.5))
    control = persons[persons["TRT01A"] == view.trial.control]
    first = control["RANDDT"] + lag
    second = _visit_days(view).reindex(control.index)
    second = second.fillna(first + pd.Timedelta(days=view.trial.doses.target_interval))
    doses = pd.concat([first, second] if view.trial.doses.planned > 1 else [first])
    doses = doses[(doses <= control["EXITDT"].reindex(doses.index)).to_numpy()]
    return pd.DataFrame({"USUBJID": doses.index, "DAY": doses.to_numpy()})


def _visit_days(view: ClosedView) -> pd.Series:
    """Day of the visit after which the second dose comes, by USUBJID."""
    visit = view.trial.dates.last_visit_before_dose2
    if visit is None or not view.has("advisit", "AVISIT", "ADT"):
        return pd.Series(dtype="datetime64[s]")
    rows = view["advisit"]
    days: pd.Series = rows[rows["AVISIT"] == visit].groupby("USUBJID")["ADT"].min()
    return days


def classify_days(view: ClosedView, starts: pd.DataFrame, days: int) -> pd.DataFrame:
    """Participants (USUBJID) with HIT: an event within `days` after a start; KNOWN as for doses."""
    persons = view.population("SAF").set_index("USUBJID")
    exit_day = starts["USUBJID"].map(persons["EXITDT"])
    end = starts["DAY"] + pd.Timedelta(days=days)
    done = (end <= view.cutoff) | (exit_day < view.cutoff)
    known = done.groupby(starts["USUBJID"]).all()
    pairs = view["adae"][["USUBJID", "ASTDT"]].merge(starts, on="USUBJID")
    wait = (pairs["ASTDT"] - pairs["DAY"]).dt.days
    hits = pairs.loc[(wait >= 0) & (wait <= days), "USUBJID"]
    event = pd.Series(known.index.isin(hits), index=known.index)
    return pd.DataFrame({"EVENT": event, "EVALUABLE": known.astype(bool) | event})
