"""An open view is made of nothing that tells an arm: bytes, canaries, an absent folder."""

import shutil
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from mini_export import PARAMS, schemas, trial
from text_export import Tables, copy, simulated, write_tables

from helpers.bundle import pack_view
from helpers.datasets.build import build_view
from helpers.errors import ExportError
from helpers.params import load_interim

WORD = "zQxCanary"
NUMBER = 0.8372615940372
ALLOWED = yaml.safe_load((PARAMS / "tables" / "audiences.yaml").read_text())["open"]["tables"]
AUDIT = ["STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV"]


NUMBERED = {
    "open/ds": ("DSSEQ", "DSSTDTC"),
    "open/cm": ("CMSEQ", "CMSTDTC"),
    "open/dv": ("DVSEQ", "DVSTDTC"),
    "open/mh": ("MHSEQ", "MHSTDTC"),
    "open/sv": ("SVSEQ", "SVSTDTC"),
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Tables:
    """With late entries, which checks name, and forms recorded under the stay for a dose."""
    usual = copy(simulated(tmp_path_factory.mktemp("blinding")))
    for name in NUMBERED:
        usual[name]["ENTRYDTC"] = "2024-11-30T10:00"
    forms = usual["open/qs"]
    forms = forms[(forms["VISIT"] == "M03") & (forms["QSCAT"] == "MAS")]
    dosed = usual["restricted/ex"].query("DOSENUM == '2' and EXOCCUR == 'Y'")["SUBJID"]
    moved = forms[forms["SUBJID"].isin(dosed)].assign(VISIT="D2A", ENTRYDTC="2024-11-30T10:00")
    usual["open/qs"] = pd.concat([usual["open/qs"], moved], ignore_index=True)
    return number_anew(usual)


def number_anew(tables: Tables) -> Tables:
    """Rows of each person numbered by date, hidden rows among them, as an export does."""
    numbered = copy(tables)
    for name, (number, date) in NUMBERED.items():
        table = numbered[name].sort_values(["SUBJID", date], kind="stable", ignore_index=True)
        table[number] = (table.groupby("SUBJID").cumcount() + 1).astype(str)
        numbered[name] = table
    return numbered


def pack(folder: Path, audience: str = "open") -> bytes:
    interim = load_interim(PARAMS, "ia3", trial())
    return pack_view(build_view(folder, PARAMS, trial=trial(), interim=interim, audience=audience))


@pytest.fixture(scope="module")
def usual(tables, tmp_path_factory) -> bytes:
    return pack(write_tables(tables, tmp_path_factory.mktemp("usual")))


def test_without_the_restricted_folder_an_open_view_is_the_same(tables, usual, tmp_path):
    folder = write_tables(tables, tmp_path)
    shutil.rmtree(folder / "restricted")
    assert pack(folder) == usual


def test_what_is_in_the_restricted_folder_is_not_even_opened(tables, usual, tmp_path):
    folder = write_tables(tables, tmp_path)
    for path in (folder / "restricted").iterdir():
        path.write_bytes(b"\xff\xfe no table at all")
    assert pack(folder) == usual


def test_without_the_restricted_folder_a_closed_view_is_refused(tables, tmp_path):
    folder = write_tables(tables, tmp_path)
    shutil.rmtree(folder / "restricted")
    with pytest.raises(ExportError) as error:
        pack(folder, "closed_unmasked")
    lines = str(error.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["STRUCT-TABLE ex", "STRUCT-TABLE rand"]


def is_hidden(name: str, table: pd.DataFrame) -> pd.Series:
    """Rows of an open file that an open reader may not load."""
    hidden = pd.Series(name not in ALLOWED, index=table.index)
    for column, values in ALLOWED.get(name, {}).get("rows", {}).items():
        hidden |= ~table[column].isin(["" if value is None else value for value in values])
    return hidden


def deal_anew(tables: Tables, seed: int) -> Tables:
    """Hidden rows go to other persons, hidden columns are shuffled among the rows."""
    rng = np.random.default_rng(seed)
    dealt = copy(tables)
    subjects = sorted(dealt["restricted/rand"]["SUBJID"])
    other = dict(zip(subjects, rng.permutation(subjects), strict=True))
    for name in [key for key in dealt if key.startswith("open/")]:
        table, short = dealt[name], name.removeprefix("open/")
        hidden = is_hidden(short, table)
        if "SUBJID" in table:
            moved = table.loc[hidden, "SUBJID"].map(lambda subject: other.get(subject, subject))
            table.loc[hidden, "SUBJID"] = moved
        for column in hidden_columns(short, table):
            table[column] = rng.permutation(table[column].to_numpy())
    queries = dealt["open/qry"]
    queries["QRYID"] = rng.permutation(queries["QRYID"].to_numpy())
    return number_anew(dealt)


def hidden_columns(name: str, table: pd.DataFrame) -> list[str]:
    if name not in ALLOWED:
        return []
    rows = ALLOWED[name].get("rows", {})
    known = {*AUDIT, *schemas()[name].key, *rows, *ALLOWED[name]["columns"]}
    return [column for column in table if column not in known]


SEEDS = [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 21))]


@pytest.mark.parametrize("seed", SEEDS)
def test_an_open_view_does_not_depend_on_who_is_in_which_arm(tables, usual, tmp_path, seed):
    dealt = deal_anew(tables, seed)
    changed = [name for name in dealt if not dealt[name].equals(tables[name])]
    hidden = {"ae", "cm", "ds", "ho", "lb", "qs", "qry", "sv"}
    assert {f"open/{name}" for name in hidden} <= set(changed)
    folder = write_tables(dealt, tmp_path)
    shutil.rmtree(folder / "restricted")
    assert pack(folder) == usual


def plant(tables: Tables) -> Tables:
    """A word and a number in every cell that an open reader may not load."""
    planted = copy(tables)
    for name, table in planted.items():
        short = name.split("/")[1]
        whole = name.startswith("restricted/") or short not in ALLOWED
        columns = [c for c in table if c not in AUDIT] if whole else hidden_columns(short, table)
        for place, column in enumerate(columns):
            numeric = place % 2 and pd.to_numeric(table[column], errors="coerce").notna().any()
            table[column] = str(NUMBER) if numeric else WORD
        if not whole:
            hidden = is_hidden(short, table)
            texts = [c for c in table if c.endswith(("REASND", "TERM", "ORRESU"))]
            table.loc[hidden, texts] = WORD
    return planted


def test_no_cell_that_is_not_allowed_is_in_the_bytes_of_an_open_view(tables, tmp_path):
    packed = pack(write_tables(plant(tables), tmp_path))
    for needle in (WORD.encode(), str(NUMBER).encode(), struct.pack("<d", NUMBER)):
        assert needle not in packed


def test_such_a_cell_would_be_found_in_the_bytes_of_a_closed_view(tables, tmp_path):
    seen = copy(tables)
    seen["open/ae"]["AETERM"] = WORD
    seen["restricted/ex"]["EXVIAB"] = str(NUMBER)
    packed = pack(write_tables(seen, tmp_path), "closed_unmasked")
    assert WORD.encode() in packed
    assert struct.pack("<d", NUMBER) in packed
