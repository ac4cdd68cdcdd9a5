"""A small synthetic export as text tables that a test changes and derives from again."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd
from mini_data import interim
from mini_export import PARAMS, schemas, trial

from helpers.datasets.build import build_datasets
from helpers.datasets.finish import finish_dataset
from helpers.datasets.source import Source, read_source
from helpers.intake.cutoff import cut_records
from helpers.intake.schema import load_access
from helpers.params.trial import Trial
from helpers.simulate import write_export

Tables = dict[str, pd.DataFrame]
CUTOFF = pd.Timestamp("2022-12-31")


@cache
def simulated(place: Path) -> Tables:
    """Every table of an export of twelve persons, by `folder/name`; written to `place` once."""
    folder = place / "simulated"
    folder.mkdir()
    write_export(folder, n_per_arm=4, scenario="harm_it", seed=3, errors=False, format="csv")
    return read_tables(folder)


def read_tables(folder: Path) -> Tables:
    return {
        f"{path.parent.name}/{path.stem}": pd.read_csv(path, dtype=object, keep_default_na=False)
        for path in sorted(folder.rglob("*.csv"))
    }


def copy(tables: Tables) -> Tables:
    return {name: table.copy() for name, table in tables.items()}


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> Path:
    """Export folder with these tables."""
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(path, index=False, lineterminator="\n")
    (folder / "export.json").write_text(
        '{"study": "NCT05292625", "extract": "2024-12-31T18:00", "synthetic": true}'
    )
    return folder


def read_closed(
    tables: Mapping[str, pd.DataFrame], folder: Path, own: Trial | None = None
) -> Source:
    """Usable records of these tables for somebody who may see everything."""
    access = load_access(PARAMS, "closed_unmasked")
    return read_source(write_tables(tables, folder), PARAMS, own or trial(), interim(), access)


def derive_at(
    source: Source, cutoff: pd.Timestamp, own: Trial | None = None
) -> dict[str, pd.DataFrame]:
    """Every analysis data set of a closed view, without where in its file a row stood."""
    cut, _, _ = cut_records(source.records, schemas(), cutoff)
    data = build_datasets(cut, own or trial(), interim(), cutoff)
    return {name: forget_rows(finish_dataset(frame)) for name, frame in data.items()}


def analyse(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    cutoff: pd.Timestamp = CUTOFF,
    own: Trial | None = None,
) -> dict[str, pd.DataFrame]:
    """From tables to data sets."""
    return derive_at(read_closed(tables, folder, own), cutoff, own)


def forget_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the row numbers of tables that have no number of their own."""
    of_the_file = frame.get("SRCDOM", pd.Series(dtype=object)).isin(["qs", "lb", "vs"])
    if not of_the_file.any():
        return frame
    return frame.assign(SRCSEQ=frame["SRCSEQ"].mask(of_the_file))


def assert_same(found: Mapping[str, pd.DataFrame], expected: Mapping[str, pd.DataFrame]) -> None:
    assert list(found) == list(expected)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame, obj=name)
