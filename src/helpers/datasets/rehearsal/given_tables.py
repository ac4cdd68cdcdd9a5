"""Imported data sets with the arms dealt out anew among the participants."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.datasets.imported.tables import PERSON, ROW, GivenTables
from helpers.datasets.rehearsal.dealing import deal_participants
from helpers.intake.imported import RESTRICTED
from helpers.intake.read_parquet import list_parquet_columns
from helpers.params.trial import Trial


def deal_given_arms(tables: GivenTables, data: Path, trial: Trial, seed: int) -> GivenTables:
    """Imported data sets as they would be had the arms been dealt otherwise.

    Each participant with an arm gets what the restricted side says of another: arms, doses, dates
    of treatment on the same days after randomisation. The other data sets take their arms from
    there.
    """
    given = trial.given
    if given is None or given.subjects.dataset not in tables.tables:
        return tables
    own = given.subjects
    subjects = tables.tables[own.dataset]
    path = data / RESTRICTED / f"{own.dataset}.parquet"
    if given.planned not in subjects or not path.exists():
        return tables
    names = [n for n in list_parquet_columns(path) if n in subjects and n not in (PERSON, ROW)]
    arms = [name for name in (given.planned, given.treated) if name and name in subjects]
    columns = list(dict.fromkeys([*names, *arms]))
    closed = {own.dataset: subjects[[PERSON, *columns]]}
    members = subjects[subjects[given.planned].isin(list(given.arms))]
    treated = members.get(given.treated, members[given.planned]).notna()
    sources: dict[str, str] = {}
    for group in (members[treated], members[~treated]):  # who was never treated stays so
        sources |= deal_participants(list(group[PERSON]), seed, closed)
    dealt = _exchange(subjects, sources, columns, own.variables.get("RANDDT", "RANDDT"))
    return replace(tables, tables={**tables.tables, own.dataset: dealt})


def _exchange(
    subjects: pd.DataFrame, sources: dict[str, str], columns: list[str], randomised: str
) -> pd.DataFrame:
    """Rows with these columns taken from another participant, dates moved with randomisation."""
    rows = subjects.set_index(PERSON)
    targets, froms = list(sources), list(sources.values())
    taken = rows.loc[froms, columns].set_axis(targets)
    dates = [n for n in columns if pd.api.types.is_datetime64_any_dtype(rows[n])]
    if randomised in rows and pd.api.types.is_datetime64_any_dtype(rows[randomised]):
        day = rows[randomised].dt.normalize()
        by = (day.loc[targets] - day.loc[froms].set_axis(targets)).fillna(pd.Timedelta(0))
        for name in set(dates) - {randomised}:
            taken[name] = (taken[name] + by).astype(rows[name].dtype)
    for name in [name for name in columns if name != randomised]:
        rows[name] = taken[name].reindex(rows.index).where(rows.index.isin(targets), rows[name])
    return rows.reset_index()[list(subjects.columns)]
