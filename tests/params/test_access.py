"""audiences.yaml and raw_tables.yaml: what they name is there, or they are refused in one line."""

import re
import shutil
from pathlib import Path

import pytest
from trial_views import view_of_export
from yaml_edits import edit

from helpers.displays.catalogue import check_named_displays, list_displays
from helpers.errors import UsageError
from helpers.intake.schema import load_access, load_schemas
from helpers.params import load_trial
from helpers.params.access import DATASETS

PARAMS = Path(__file__).parents[1] / "trial" / "params"
SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "params"
    return shutil.copytree(PARAMS, copied, ignore=shutil.ignore_patterns("cdisc_pilot"))


def refusal(folder: Path, file: str, change, load) -> str:
    """What is said of a file after `change`; it must be one line that names file and line."""
    path = edit(folder / "tables" / file, change)
    with pytest.raises(UsageError) as caught:
        load(folder)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
    return str(caught.value)


def load_open(folder: Path) -> None:
    load_access(folder, "open")
    check_named_displays(folder / "tables" / "audiences.yaml")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["open"].pop("restricted"), "open.restricted: missing; it is required"),
        (lambda c: c["open"].update(anchor="trial"), "open.anchor: not available yet"),
        (lambda c: c["open"].update(displyas=[]), "unknown key; did you mean 'displays'?"),
        (lambda c: c["open"].update(restricted="no"), "open.restricted: found 'no', allowed: "),
        (lambda c: c["open"].update(restricted=True), "restricted: found true, allowed: false"),
        (lambda c: c["open"].update(tables="all"), "tables: found all, allowed without"),
        (lambda c: c["open"].update(displays=["T-S-1O"]), "found 'T-S-1O', allowed: "),
        (lambda c: c["open"].update(displays=["TS-10"]), "did you mean 'T-S-10'?"),
        (lambda c: c["open"].update(sentence={"T-S-111": "x"}), "did you mean 'T-S-11'?"),
        (lambda c: c["open"]["datasets"].append("adaes"), "found 'adaes', allowed: 'adae'"),
        (lambda c: c["open"]["tables"].update(aee={"columns": []}), "found 'aee', allowed: "),
        (lambda c: c["open"]["tables"].update(ex={"columns": ["EXDOSE"]}), "found 'ex', allowed"),
        (
            lambda c: c["open"]["tables"].update(rand={"columns": ["ARMCD"]}),
            "found 'rand', allowed",
        ),
        (lambda c: c["open"]["tables"]["ae"]["columns"].append("AESERR"), "did you mean 'AESER'?"),
        (lambda c: c["open"]["tables"]["ae"].update(colums=[]), "did you mean 'columns'?"),
        (lambda c: c["open"]["tables"]["ae"].pop("columns"), "ae.columns: missing"),
        (lambda c: c["open"]["tables"]["sv"]["rows"].update(VIST=["BL"]), "did you mean 'VISIT'?"),
        (lambda c: c["open"]["tables"]["sv"]["rows"]["VISIT"].append("M3"), "found 'M3', allowed"),
        (lambda c: c["open"]["tables"]["qs"].update(reduce="x"), "reduce: found 'x', allowed: "),
        (lambda c: c.update(opn=c.pop("open")), "opn: unknown key; did you mean 'open'?"),
    ],
)
def test_an_allow_list_that_means_nothing_is_refused_in_one_line(folder, change, says):
    assert says in refusal(folder, "audiences.yaml", change, load_open)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t["tables"]["ae"].update(keys=["AESEQ"]), "unknown key; did you mean 'key'?"),
        (lambda t: t["tables"]["ae"].pop("key"), "tables.ae.key: missing; it is required"),
        (lambda t: t["tables"]["ae"].update(key=["AESQ"]), "AESQ, which is no column of ae; did"),
        (lambda t: t["tables"]["ae"].update(date="AESTDT"), "did you mean 'AESTDTC'?"),
        (lambda t: t["tables"]["ae"].update(folder="closed"), "folder: found 'closed', allowed"),
        (lambda t: t["tables"]["ae"].update(required="yes"), "required: found 'yes', allowed"),
        (lambda t: t["tables"]["ae"]["columns"].update(AEX="itn R"), "found the type 'itn'"),
        (lambda t: t["tables"]["ae"]["columns"].update(AEX="int X"), "found the need 'X'"),
        (lambda t: t["tables"]["ae"]["columns"].update(AEX="int"), "found the need ''"),
        (lambda t: t["tables"]["ae"]["columns"].update(AEX="ct R"), "needs a code list"),
        (lambda t: t["tables"]["sv"]["columns"].update(VISIT="ct R @visit"), "mean 'visits'?"),
        (lambda t: t["tables"]["ae"]["columns"].update(aex="int R"), "columns.aex"),
        (lambda t: t["tables"].update({"../ae": {"key": ["A"], "columns": {}}}), "tables.../ae"),
        (lambda t: t.pop("audit"), "audit: missing; it is required"),
    ],
)
def test_a_declaration_of_tables_that_means_nothing_is_refused_in_one_line(folder, change, says):
    def load(folder: Path) -> None:
        load_schemas(folder, load_trial(folder))

    assert says in refusal(folder, "raw_tables.yaml", change, load)


def test_the_known_displays_are_those_that_the_code_declares():
    known = list_displays()
    assert {"T-S-10", "T-S-10b", "P-S-01", "L-S-01", "F-E-08"} <= set(known)
    declared = "".join(p.read_text() for p in SOURCES.glob("helpers/displays/**/*.py"))
    assert set(re.findall(r'@shown_as\(\s*"([^"]+)"', declared)) == set(known)


def test_the_known_data_sets_are_those_that_views_hold(views):
    held = set(views["closed_unmasked"].datasets) | set(views["open"].datasets)
    assert held | {"committee"} == set(DATASETS)  # there once the committee's file is


@pytest.fixture(scope="module")
def views(export: Path) -> dict:
    return {name: view_of_export(export, "ia3", name) for name in ("open", "closed_unmasked")}
