"""A first allow-list for the audiences of a trial: what is surely harmless, and nothing else."""

from collections.abc import Mapping
from typing import Any

import yaml

from helpers.imported.dataset import Dataset

OPEN_SUBJECT = (
    *("STUDYID", "SUBJID", "SITEID", "AGE", "AGEGR1", "SEX", "RACE", "ETHNIC"),
    *("WEIGHTBL", "HEIGHTBL", "BMIBL", "ITTFL", "FASFL", "RANDFL", "ENRLFL", "SAFFL", "SAFETY"),
    *("TRTFL", "EFFFL", "PPROTFL", "PPFL", "EOSSTT", "DCSREAS", "DCREAS", "EOSREAS", "DCREASCD"),
    *("DTHFL", "DTHDT", "RANDDT", "RFICDT", "ENRLDT", "TRTSDT", "TRTEDT", "RFSTDT", "RFENDT"),
    *("EOSDT", "LSTALVDT"),
)
OPEN_EVENT = (
    *(
        "AEBODSYS",
        "ASTDT",
        "ASTDTF",
        "AENDT",
        "AESTDTC",
        "AEENDTC",
        "ASTDT_PARTIAL",
        "AENDT_PARTIAL",
    ),
    *("AETOXGR", "AESEV", "AESER", "AEOUT", "AESEQ"),
    *("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"),
)
OPEN_FORM = ("PARAMCD", "AVISIT", "ADT", "DTYPE", "ABLFL")
HEAD = """\
# What each audience may see of the imported data sets: an allow-list. What is not named is
# not read.
# DECIDE: whether anything here tells who got what in this trial (docs/blinding.md).
"""


def format_audiences(datasets: Mapping[str, Dataset]) -> str:
    """tables/audiences.yaml for these data sets: open sees conduct and pooled events."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name, dataset in datasets.items():
        if name == "adsl":
            wanted[name] = tuple(OPEN_SUBJECT)
        elif name == "adae":
            wanted[name] = tuple(OPEN_EVENT)
        elif {"PARAMCD", "AVISIT"} <= set(dataset.frame) and not name.startswith(("adlb", "advs")):
            wanted[name] = OPEN_FORM
    tables: dict[str, Any] = {}
    left_out = []
    for name, columns in wanted.items():
        there = [column for column in columns if column in datasets[name].frame]
        kept = [column for column in there if column not in datasets[name].restricted]
        left_out += [f"{name}.{column}" for column in there if column not in kept]
        if kept:
            tables[name] = {"columns": kept}
    content = {
        "open": {
            "restricted": False,
            "tables": tables,
            "datasets": ["adsl", "adae", "advisit", "previous"],
            "displays": "catalogue",
        },
        "closed_unmasked": {
            "restricted": True,
            "tables": "all",
            "datasets": "all",
            "displays": "all",
        },
    }
    said = f"# Left out, as it tells who got what: {', '.join(left_out)}.\n" if left_out else ""
    text: str = yaml.safe_dump(content, sort_keys=False, width=100, default_flow_style=None)
    return HEAD + said + text
