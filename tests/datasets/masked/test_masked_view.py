"""A masked view is made of letters, keys, and nothing else that tells an arm."""

import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from mini_export import PARAMS, schemas, trial
from text_export import Tables, copy, simulated, write_tables
from trial_views import view_of_export

from helpers.bundle import pack_view, unpack_view
from helpers.datasets.build import build_view
from helpers.datasets.masked import mask as masking
from helpers.datasets.reader import Reader
from helpers.displays.summary.title_page import BY_LETTER, show_title_page
from helpers.errors import ExportError, UsageError
from helpers.masking.key import MaskKey
from helpers.masking.labels import KEY_PATTERN, draw_labels
from helpers.params import load_interim
from helpers.view import BlindingError, MaskedView, OpenView, View

KEY = MaskKey(b"a key of the tests, long enough to be one")
LABELS = draw_labels(KEY, trial().study, [arm.code for arm in trial().arms])
ALLOWED = yaml.safe_load((PARAMS / "tables" / "audiences.yaml").read_text())["closed_masked"][
    "tables"
]
AUDIT = ("STUDYID", "SUBJID", "ENTRYDTC", "UPDDTC", "RECSTAT", "SDV")
WORD = "zQxCanary"
NUMBER = 0.8372615940372


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return copy(simulated(tmp_path_factory.mktemp("masked")))


def build(folder: Path, name: str = "ia3", key: MaskKey | None = KEY) -> View:
    interim = load_interim(PARAMS, name, trial())
    reader = Reader("closed_masked", key=key)
    return build_view(folder, PARAMS, trial=trial(), interim=interim, audience=reader)


@pytest.fixture(scope="module")
def usual(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> View:
    return build(write_tables(tables, tmp_path_factory.mktemp("usual")))


COMPLAINTS = ["Post-puncture headache", "Infusion site pain", "Infusion reaction", "a word"]
COMPLICATIONS = ["Deep vein thrombosis", "Pulmonary embolism", "Neurological worsening"]


@pytest.fixture(scope="module")
def final(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> View:
    """The view of the last interim, with terms that tell of a procedure and some that do not."""
    changed = copy(tables)
    events = changed["open/ae"]
    terms = [*COMPLAINTS, "Fever", *COMPLICATIONS, "Urinary retention"]
    events.loc[events.index[: len(terms)], "AEDECOD"] = terms
    return build(write_tables(changed, tmp_path_factory.mktemp("final")), "fin")


def test_arms_are_letters_in_the_order_of_the_alphabet(usual: View, tables: Tables) -> None:
    assert isinstance(usual, MaskedView)
    assert [group.label for group in usual.groups("ITT")] == ["A", "B", "C", "Total"]
    assert [group.position for group in usual.groups("ITT")] == [0, 1, 2, None]
    allocated = tables["restricted/rand"]["ARMCD"].map(LABELS).value_counts()
    assert {g.label: g.n for g in usual.groups("ITT")[:-1]} == allocated.to_dict()
    assert usual.contrasts == (("B - A", "B", "A"), ("C - A", "C", "A"), ("C - B", "C", "B"))
    assert usual.trial.control is None
    assert not usual.trial.active_arms
    assert BY_LETTER not in show_title_page(usual).sentences


def test_a_masked_view_knows_no_arm_as_treated_and_nothing_of_doses(usual: View) -> None:
    for population in ("SAF", "PP"):
        with pytest.raises(BlindingError, match=f"no population {population}"):
            usual.population(population)
    names = {name for frame in usual.datasets.values() for name in frame}
    telling = {"TRT01A", "TRTSDTM", "DOSES", "AEREL", "AERELPR", "AEACN", "AETERM", "DOSEREF"}
    assert not names & telling
    assert not set(usual.datasets) & {"adex", "advs", "adlot", "adstop", "committee"}
    assert set(usual["adcm"]["CMCAT"]) <= set(ALLOWED["cm"]["rows"]["CMCAT"])


def test_participants_have_keys_and_stand_in_their_order(usual: View, tables: Tables) -> None:
    numbers = set(tables["open/dm"]["SUBJID"])
    for name, frame in usual.datasets.items():
        if "USUBJID" in frame:
            keys = frame["USUBJID"].str.removeprefix(f"{trial().study}-")
            assert keys.str.fullmatch(KEY_PATTERN).all(), name
            assert not set(keys) & numbers
    for name in ("adsl", "adae", "adeff", "adlb", "addv"):
        assert usual[name]["USUBJID"].is_monotonic_increasing, name


def test_keys_differ_between_interims_and_letters_do_not(usual: View, final: View) -> None:
    assert not set(usual["adsl"]["SUBJID"]) & set(final["adsl"]["SUBJID"])
    arms = [view["adsl"].groupby("TRT01P")["AGE"].agg(sorted).to_dict() for view in (usual, final)]
    assert arms[0] == arms[1]


def test_a_masked_view_comes_back_from_its_bytes(usual: View) -> None:
    again = unpack_view(pack_view(usual))
    assert isinstance(again, MaskedView)
    assert [arm.name for arm in again.arms] == ["Arm A", "Arm B", "Arm C"]
    assert not again.test_key
    assert again.access.labels


def test_pooled_readers_of_a_masked_view_get_no_letter_and_every_count(usual: View) -> None:
    assert isinstance(usual, MaskedView)
    pooled = usual.pool()
    assert type(pooled) is OpenView
    assert [group.label for group in pooled.groups("ITT")] == ["Total"]
    assert not any("TRT01P" in frame for frame in pooled.datasets.values())
    assert pooled.small_cell == 0


def test_the_order_of_rows_in_the_export_decides_nothing(
    tables: Tables, usual: View, tmp_path: Path
) -> None:
    shuffled = {name: table.sample(frac=1, random_state=7) for name, table in tables.items()}
    assert pack_view(build(write_tables(shuffled, tmp_path))) == pack_view(usual)


def test_of_the_restricted_folder_the_allocation_alone_is_read(
    tables: Tables, usual: View, tmp_path: Path
) -> None:
    folder = write_tables(tables, tmp_path)
    for name in ("ex", "lot", "vs"):
        (folder / "restricted" / f"{name}.csv").write_bytes(b"\xff\xfe no table at all")
    assert pack_view(build(folder)) == pack_view(usual)


def test_without_an_allocation_there_is_no_masked_view(tables: Tables, tmp_path: Path) -> None:
    folder = write_tables(tables, tmp_path)
    shutil.rmtree(folder / "restricted")
    with pytest.raises(ExportError, match="rand: cannot be read, so no arm can be masked"):
        build(folder)


def test_data_that_are_not_invented_need_a_key(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTERIM_MASK_KEY", raising=False)
    folder = write_tables(tables, tmp_path)
    assert build(folder, key=None).test_key
    info = folder / "export.json"
    info.write_text(info.read_text().replace("true", "false"))
    with pytest.raises(UsageError, match="closed_masked needs a key of at least 32 random bytes"):
        build(folder, key=None)


def find_hidden(name: str, table: pd.DataFrame) -> pd.Series:
    """Rows of an open file that a masked run may not load."""
    hidden = pd.Series(name not in ALLOWED, index=table.index)
    for column, values in ALLOWED.get(name, {}).get("rows", {}).items():
        hidden |= ~table[column].isin(["" if value is None else value for value in values])
    return hidden


def list_hidden_columns(name: str, table: pd.DataFrame) -> list[str]:
    if name not in ALLOWED:
        return []
    rows = ALLOWED[name].get("rows", {})
    known = {*AUDIT, *schemas()[name].key, *rows, *ALLOWED[name]["columns"]}
    return [column for column in table if column not in known]


def deal_anew(tables: Tables, seed: int, codes: Mapping[str, str]) -> Tables:
    """True arms permuted by `codes`, and what else tells an arm dealt anew at random."""
    rng = np.random.default_rng(seed)
    dealt = copy(tables)
    rand = dealt["restricted/rand"]
    rand["ARMCD"] = rand["ARMCD"].map(codes)
    for column in ("RANDNO", "STRATUM", "BLOCKID"):
        rand[column] = rng.permutation(rand[column].to_numpy())
    subjects = sorted(rand["SUBJID"])
    other = dict(zip(subjects, rng.permutation(subjects), strict=True))
    for name in ("restricted/ex", "restricted/vs"):
        dealt[name]["SUBJID"] = dealt[name]["SUBJID"].map(other)
    for name in [key for key in dealt if key.startswith("open/")]:
        table, short = dealt[name], name.removeprefix("open/")
        if "SUBJID" in table:
            hidden = find_hidden(short, table)
            moved = table.loc[hidden, "SUBJID"].map(lambda subject: other.get(subject, subject))
            table.loc[hidden, "SUBJID"] = moved
        for column in list_hidden_columns(short, table):
            table[column] = rng.permutation(table[column].to_numpy())
    return dealt


PERMUTED = [
    {"IV": "IT", "IT": "CTL", "CTL": "IV"},
    {"IV": "CTL", "CTL": "IV", "IT": "IT"},
    *(
        pytest.param(codes, marks=pytest.mark.slow)
        for codes in (
            {"IV": "CTL", "IT": "IV", "CTL": "IT"},
            {"IV": "IT", "IT": "IV", "CTL": "CTL"},
            {"IV": "IV", "IT": "CTL", "CTL": "IT"},
        )
    ),
]


@pytest.mark.parametrize("codes", PERMUTED)
def test_label_invariance(
    tables: Tables,
    usual: View,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    codes: Mapping[str, str],
) -> None:
    """Section 7.2: other true arms under the same letters give the same bytes."""
    swapped = {codes[arm]: letter for arm, letter in LABELS.items()}
    monkeypatch.setattr(masking, "draw_labels", lambda *_: swapped)
    dealt = deal_anew(tables, seed=5, codes=codes)
    changed = {name for name in dealt if not dealt[name].equals(tables[name])}
    assert {"restricted/rand", "restricted/ex", "open/ae", "open/sv", "open/cm"} <= changed
    assert pack_view(build(write_tables(dealt, tmp_path))) == pack_view(usual)


def test_other_letters_give_other_bytes(
    tables: Tables, usual: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapped = {**LABELS, "IV": LABELS["IT"], "IT": LABELS["IV"]}
    monkeypatch.setattr(masking, "draw_labels", lambda *_: swapped)
    assert pack_view(build(write_tables(tables, tmp_path))) != pack_view(usual)


def plant(tables: Tables) -> Tables:
    """A word and a number in every cell that a masked reader may not load."""
    planted = copy(tables)
    for name, table in planted.items():
        short = name.split("/")[1]
        whole = name.startswith("restricted/") or short not in ALLOWED
        own = [c for c in table if c not in (*AUDIT, "ARMCD")]
        for place, column in enumerate(own if whole else list_hidden_columns(short, table)):
            numeric = place % 2 and pd.to_numeric(table[column], errors="coerce").notna().any()
            table[column] = str(NUMBER) if numeric else WORD
        if not whole:
            hidden = find_hidden(short, table)
            texts = [c for c in table if c.endswith(("REASND", "TERM", "ORRESU"))]
            table.loc[hidden, texts] = WORD
    return planted


def test_no_cell_that_is_not_allowed_is_in_the_bytes_of_a_masked_view(
    tables: Tables, tmp_path: Path
) -> None:
    packed = pack_view(build(write_tables(plant(tables), tmp_path)))
    for needle in (WORD.encode(), str(NUMBER).encode(), struct.pack("<d", NUMBER)):
        assert needle not in packed


def test_no_subject_number_is_in_the_findings_of_a_masked_view(export: Path) -> None:
    view = view_of_export(export, "ia3", "closed_masked")
    assert len(view.findings) > 50
    assert view.findings["SUBJID"].str.fullmatch(f"{KEY_PATTERN}|").all()
    words = " ".join(view.findings["key"] + " " + view.findings["text"]).split()
    assert not set(words) & set(pd.read_csv(export / "open/dm.csv", dtype=str)["SUBJID"])


def test_complaints_of_a_procedure_are_one_term_and_unknown_words_none(final: View) -> None:
    adae = final.datasets["adae"]
    found = set(adae["AEDECOD"])
    assert {"Procedure complaint", "UNCODED"} <= found
    assert not found & set(COMPLAINTS)
    ours = adae[adae["AEDECOD"] == "Procedure complaint"]
    assert len(ours) >= 4  # three complaints and a retention
    assert set(ours["AEBODSYS"]) == {"Procedure complaint"}


def test_a_complication_that_anybody_can_have_is_no_complaint_of_a_procedure(final: View) -> None:
    """A committee has to see by letter where clots are, whatever route the list gives them."""
    found = set(final["adae"]["AEDECOD"])
    assert set(COMPLICATIONS) <= found
    assert "Urinary retention" not in found


def test_a_rehearsal_deals_the_letters_anew_and_keeps_their_numbers(
    tables: Tables, usual: View, tmp_path: Path
) -> None:
    folder = write_tables(tables, tmp_path)
    interim = load_interim(PARAMS, "ia3", trial())
    dealt = [
        build_view(
            folder,
            PARAMS,
            trial=trial(),
            interim=interim,
            audience=Reader("closed_masked", seed, KEY),
        )["adsl"]
        for seed in (1, 1, 2)
    ]
    own = usual["adsl"]
    assert dealt[0].equals(dealt[1])
    assert not dealt[0]["TRT01P"].equals(dealt[2]["TRT01P"])
    assert not dealt[0]["TRT01P"].equals(own["TRT01P"])
    assert sorted(dealt[0]["TRT01P"].dropna()) == sorted(own["TRT01P"].dropna())
    other = [name for name in own if name not in ("TRT01P", "TRT01PN")]
    assert dealt[0][other].equals(own[other])
