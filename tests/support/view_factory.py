"""Views written out by hand: a frame is a small text table, `.` an empty cell."""

from functools import cache, partial
from pathlib import Path

import pandas as pd

from helpers.intake.findings import empty_findings
from helpers.intake.schema import load_access
from helpers.params import load_interim, load_trial
from helpers.params.interim import Interim
from helpers.params.trial import Trial
from helpers.view import View, choose_kind

PARAMS = Path(__file__).parents[1] / "trial" / "params"
CUTOFF = "2022-12-31"
NOTHING = pd.DataFrame()


def read_frame(text: str) -> pd.DataFrame:
    """Frame from a table of words: dates where the name ends in DT or DTM, numbers where all are.

    An underscore in a word stands for a blank when doubled (`left__arm` is `left arm`).
    """
    head, *rows = [line.split() for line in text.strip().splitlines()]
    columns = zip(*rows, strict=True) if rows else ([] for _ in head)
    return pd.DataFrame(
        {name: _type_column(name, list(cells)) for name, cells in zip(head, columns, strict=True)}
    )


def _type_column(name: str, cells: list[str]) -> pd.Series:
    values = [None if cell == "." else cell.replace("__", " ") for cell in cells]
    if name.endswith(("DT", "DTM")):
        return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[s]")
    if name in ("USUBJID", "SUBJID"):
        return pd.Series(values, dtype=object)
    known = [value for value in values if value is not None]
    if known and all(value.lstrip("-").isdigit() for value in known):
        return pd.Series(pd.array([None if v is None else int(v) for v in values], dtype="Int64"))
    try:
        numbers = [None if value is None else float(value) for value in values]
    except ValueError:
        return pd.Series(values, dtype=object)
    if known:
        return pd.Series(pd.array(numbers, dtype="Float64"))
    return pd.Series(values, dtype=object)


@cache
def shipped_trial() -> Trial:
    """The trial of the project; it cannot be changed, so one is enough for all tests."""
    return load_trial(PARAMS)


# what cannot be changed need be read once only
shipped_access = cache(partial(load_access, PARAMS))


@cache
def shipped_interim(name: str) -> Interim:
    """An interim of the project."""
    return load_interim(PARAMS, name, shipped_trial())


def make_view(
    audience: str = "closed_unmasked",
    interim: str = "ia3",
    *,
    cutoff: str = CUTOFF,
    findings: pd.DataFrame | None = None,
    counts: pd.DataFrame | None = None,
    **datasets: pd.DataFrame,
) -> View:
    """A view of the shipped trial that holds these data sets."""
    trial = shipped_trial()
    access = shipped_access(audience)
    return choose_kind(access)(
        trial=trial,
        interim=shipped_interim(interim),
        access=access,
        cutoff=pd.Timestamp(cutoff),
        extract=pd.Timestamp(cutoff) + pd.Timedelta(days=7),
        synthetic=True,
        datasets=datasets,
        findings=empty_findings() if findings is None else findings,
        counts=NOTHING if counts is None else counts,
    )
