"""The small clean export with other forms: what data sets of scores make of it."""

import pandas as pd
from mini_data import LATE, cut, interim, once_per_export
from mini_export import MiniExport, trial

from helpers.datasets.assessments.adeff import build_adeff
from helpers.datasets.assessments.adqs import build_adqs
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.visits.advisit import build_advisit
from helpers.params.trial import Trial


def score(mini: MiniExport, cutoff: str = LATE, chosen: Trial | None = None) -> pd.DataFrame:
    """adeff."""
    return _score(mini, cutoff) if chosen is None else make_scores(mini, cutoff, chosen)


@once_per_export
def _score(mini: MiniExport, cutoff: str) -> pd.DataFrame:
    return make_scores(mini, cutoff, trial())


def make_scores(mini: MiniExport, cutoff: str, known: Trial) -> pd.DataFrame:
    records = cut(mini, cutoff)
    adsl = build_adsl(records, known, pd.Timestamp(cutoff))
    return build_adeff(build_adqs(records, adsl, known), records, adsl, known, interim())


@once_per_export
def items(mini: MiniExport, cutoff: str = LATE) -> pd.DataFrame:
    """adqs."""
    records = cut(mini, cutoff)
    return build_adqs(records, build_adsl(records, trial(), pd.Timestamp(cutoff)), trial())


@once_per_export
def status(mini: MiniExport, cutoff: str = LATE) -> pd.DataFrame:
    """advisit."""
    records = cut(mini, cutoff)
    day = pd.Timestamp(cutoff)
    return build_advisit(records, build_adsl(records, trial(), day), trial(), day)


def pick(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Rows with these values."""
    for name, value in values.items():
        frame = frame[frame[name] == value]
    return frame


def drop_form(mini: MiniExport, subject: str, visit: str, form: str) -> MiniExport:
    """Without one form."""
    mini.drop("qs", SUBJID=subject, VISIT=visit, QSCAT=form)
    return mini
