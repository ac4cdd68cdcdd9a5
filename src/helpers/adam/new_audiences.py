"""A first allow-list for the audiences of a trial: what is surely harmless, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import yaml

from helpers.adam.dataset import Dataset

OPEN_SUBJECT = (
    *("STUDYID", "SUBJID", "SITEID", "AGE", "AGEGR1", "SEX", "RACE", "ETHNIC"),
    *("WEIGHTBL", "HEIGHTBL", "BMIBL", "ITTFL", "FASFL", "RANDFL", "ENRLFL", "SAFFL", "SAFETY"),
    *("TRTFL", "EFFFL", "PPROTFL", "PPFL", "EOSSTT", "DCSREAS", "DCREAS", "EOSREAS", "DCREASCD"),
    *("DTHFL", "DTHDT", "RANDDT", "RFICDT", "ENRLDT", "TRTSDT", "TRTEDT", "RFSTDT", "RFENDT"),
    *("EOSDT", "LSTALVDT"),
)
OPEN_EVENT = (
    *("AEBODSYS", "ASTDT", "ASTDTF", "AENDT", "AETOXGR", "AESEV", "AESER", "AEOUT", "AESEQ"),
    *("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"),
)
OPEN_FORM = ("PARAMCD", "AVISIT", "ADT", "DTYPE")
OF_TREATMENT = ("TRTSDT", "TRTEDT", "SAFFL", "SAFETY", "TRTFL", "EFFFL", "PPROTFL", "PPFL")
PLANNED = ("TRT01P", "ARM")
FEWEST = 3  # persons of an arm without a variable, before it is said to tell the arm
DISPLAYS = [
    *("P-S-00", "P-S-01", "T-S-01", "F-S-01", "F-S-02", "T-S-02", "T-S-03"),
    *("T-S-03b", "T-S-03c", "F-S-03", "T-S-05"),
    *("T-S-08", "T-S-10", "T-S-13", "T-S-14", "L-S-08", "P-E-00", "T-E-02", "F-E-01"),
]
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
    telling = find_telling_variables(datasets["adsl"].frame)
    for name, columns in wanted.items():
        shown = set(datasets[name].frame) - {*datasets[name].restricted, *telling}
        kept = [column for column in columns if column in shown]
        if kept:
            tables[name] = {"columns": kept}
    content = {
        "open": {
            "restricted": False,
            "tables": tables,
            "datasets": ["adsl", "adae", "advisit", "previous", "known"],
            "displays": DISPLAYS,
            "sentence": {"T-S-11": "The primary outcome is reviewed in closed session."},
        },
        "closed_unmasked": {
            "restricted": True,
            "tables": "all",
            "datasets": "all",
            "displays": "all",
        },
    }
    left_out = f"# Left out, as some arm has none: {', '.join(telling)}.\n" if telling else ""
    text: str = yaml.safe_dump(content, sort_keys=False, width=100, default_flow_style=None)
    return HEAD + left_out + text


def find_telling_variables(adsl: pd.DataFrame) -> list[str]:
    """Variables on the treatment that nobody of one arm has and somebody of another has.

    Where the control gets nothing, a first dose tells who is not in it. A flag is had where it is
    Y.
    """
    planned = next((name for name in PLANNED if name in adsl), None)
    if planned is None:
        return []
    members = adsl[adsl["ITTFL"] == "Y"] if "ITTFL" in adsl else adsl
    telling = []
    for name in OF_TREATMENT:
        if name not in members or members[planned].nunique() < 2:
            continue
        had = members[name] == "Y" if name.endswith("FL") else members[name].notna()
        by_arm = had.groupby(members[planned]).agg(["any", "size"])
        none = by_arm.loc[~by_arm["any"], "size"]
        if by_arm["any"].any() and (none >= FEWEST).any():
            telling.append(name)
    return telling
