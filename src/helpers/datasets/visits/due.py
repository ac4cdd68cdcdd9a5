"""The cut-off of an interim, and whether an export reaches as far."""

from pathlib import Path

import pandas as pd

from helpers.datasets.triggers.schedule import find_trigger_cutoff
from helpers.errors import CutoffError, ExportError, NotReachedError, UsageError
from helpers.intake.info import check_study, read_info
from helpers.params.interim import Interim
from helpers.params.trial import Trial


def find_due_cutoff(
    data: Path, params: Path, trial: Trial, interim: Interim, *, restricted: bool
) -> pd.Timestamp:
    """Cut-off of an interim that this export can report.

    Parameters
    ----------
    restricted : whether the readers may see the restricted side; only then a trigger is looked up
        to explain a cut-off that is a date.

    Raises
    ------
    UsageError
        If the export is of another study, or made before the cut-off or the interim's own extract.
    ExportError
        If the export cannot be used.
    NotReachedError
        If the cut-off is that of a trigger that is not reached.
    """
    info = read_info(data)
    check_study(data, info.study, trial.study)
    cutoff = find_cutoff(data, params, trial, interim, closed=restricted)
    try:
        check_cutoff(interim, cutoff, info.extract)
    except CutoffError as error:
        held = _find_held(data, params, trial, interim) if restricted else None
        if held is None:
            raise
        raise CutoffError(
            f"{error}; its trigger held by {held:%Y-%m-%d}: is the cut-off right?", not_due=False
        ) from None
    return cutoff


def find_cutoff(
    data: Path, params: Path, trial: Trial, interim: Interim, *, closed: bool
) -> pd.Timestamp:
    """Last day of the data of an interim: its date, or the end of its trigger's month.

    `closed` says whether the readers may be told in full why there is none.

    Raises
    ------
    NotReachedError
        If the trigger is not reached in this export.
    """
    if interim.cutoff == "trigger":
        return find_trigger_cutoff(data, params, trial, interim, closed=closed)
    return pd.Timestamp(interim.cutoff)


def check_cutoff(interim: Interim, cutoff: pd.Timestamp, made: pd.Timestamp) -> None:
    """Stop when an export was made before the cut-off: it cannot know the last days.

    Time at risk would count them all the same, and forms of that time would look as if missed.

    Raises
    ------
    UsageError
        With both dates.
    """
    if interim.extract is not None and pd.Timestamp(interim.extract) > made:
        raise UsageError(
            f"{interim.interim_id}: extract {interim.extract:%Y-%m-%dT%H:%M} lies after the "
            f"export, which was made on {made:%Y-%m-%dT%H:%M}; write a moment that it knows"
        )
    if cutoff > made.normalize():
        raise CutoffError(
            f"{interim.interim_id}: its cut-off {cutoff:%Y-%m-%d} lies after the export, which was "
            f"made on {made:%Y-%m-%d}"
        )


def _find_held(data: Path, params: Path, trial: Trial, interim: Interim) -> pd.Timestamp | None:
    """End of the month in which the trigger of an interim held; None where none did."""
    if interim.trigger is None:
        return None
    try:
        return find_trigger_cutoff(data, params, trial, interim, closed=True)
    except (NotReachedError, ExportError):
        return None
