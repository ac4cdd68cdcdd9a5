"""A first allow-list for the audiences of a trial: what is surely harmless, and nothing else."""

from collections.abc import Mapping
from typing import Any

import yaml

from helpers.imported.dataset import Dataset
from helpers.masking.labels import FEWEST, LETTERS

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
# Beside letters: no site, no set that doses decide, no day of a dose but one that stands for
# randomisation; values of scores and of laboratory tests.
OF_DOSES = frozenset(
    (
        *("SAFFL", "SAFETY", "TRTFL", "PPROTFL", "PPFL", "RANDDT", "TRTSDT", "TRTEDT", "RFSTDT"),
        "SITEID",
    )
)
RANDOMISED = ("RANDDT", "TRTSDT", "RFSTDT")
MASKED_EVENT = ("AEDECOD", *OPEN_EVENT)
MASKED_VALUE = ("ADTM", "ADY", "AVAL", "BASE", "CHG", "ANL01FL", "BASETYPE", "PARAMTYP", "ATPT")
MASKED_FORM = (*OPEN_FORM, *MASKED_VALUE)
MASKED_TEST = (*OPEN_FORM, *MASKED_VALUE, "PARAM", "AVISITN", "ANRIND", "ANRLO", "ANRHI", "AVALU")
LABORATORY, VITALS = "adlb", "advs"
HEAD = """\
# What each audience may see of the imported data sets: an allow-list. What is not named is
# not read.
# DECIDE: whether anything here tells who got what in this trial (docs/blinding.md).
"""
LETTERED = """\
# closed_masked: planned arms under letters, made by `interim run --audience closed_masked`.
"""


def format_audiences(datasets: Mapping[str, Dataset], arms: int) -> str:
    """tables/audiences.yaml for these data sets: open sees conduct and pooled events.

    Masked readers also see terms and values, by letter, where so many arms can have letters.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    for name, dataset in datasets.items():
        if name == "adsl":
            wanted[name] = tuple(OPEN_SUBJECT)
        elif name == "adae":
            wanted[name] = tuple(OPEN_EVENT)
        elif {"PARAMCD", "AVISIT"} <= set(dataset.frame) and not name.startswith(
            (LABORATORY, VITALS)
        ):
            wanted[name] = OPEN_FORM
    tables, left_out = _choose_columns(wanted, datasets)
    masked, _ = _choose_columns(_want_masked(datasets), datasets)
    letters = FEWEST <= arms <= len(LETTERS)
    lettered = {
        "closed_masked": {
            "restricted": False,
            "labels": True,
            "tables": masked,
            "datasets": ["adsl", "adae", "adeff", "adlb", "advisit", "previous"],
            "displays": "catalogue",
        }
    }
    content: dict[str, Any] = {
        "open": {
            "restricted": False,
            "tables": tables,
            "datasets": ["adsl", "adae", "advisit", "previous"],
            "displays": "catalogue",
        },
        **(lettered if letters else {}),
        "closed_unmasked": {
            "restricted": True,
            "tables": "all",
            "datasets": "all",
            "displays": "all",
        },
    }
    said = f"# Left out, as it tells who got what: {', '.join(left_out)}.\n" if left_out else ""
    text: str = yaml.safe_dump(content, sort_keys=False, width=100, default_flow_style=None)
    return HEAD + said + (LETTERED if letters else "") + text


def _want_masked(datasets: Mapping[str, Dataset]) -> dict[str, tuple[str, ...]]:
    """Variables by data set for readers of letters, before what is restricted goes."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name, dataset in datasets.items():
        open_side = set(dataset.frame) - set(dataset.restricted)
        if name == "adsl":
            day = next((day for day in RANDOMISED if day in open_side), "")
            own = [column for column in OPEN_SUBJECT if column not in OF_DOSES or column == day]
            wanted[name] = tuple(own)
        elif name == "adae":
            wanted[name] = MASKED_EVENT
        elif {"PARAMCD", "AVISIT", "AVAL"} <= open_side and not name.startswith(VITALS):
            wanted[name] = MASKED_TEST if name.startswith(LABORATORY) else MASKED_FORM
    return wanted


def _choose_columns(
    wanted: Mapping[str, tuple[str, ...]], datasets: Mapping[str, Dataset]
) -> tuple[dict[str, Any], list[str]]:
    """Tables of an allow-list, and the variables left out since they tell who got what."""
    tables: dict[str, Any] = {}
    left_out = []
    for name, columns in wanted.items():
        there = [column for column in columns if column in datasets[name].frame]
        kept = [column for column in there if column not in datasets[name].restricted]
        left_out += [f"{name}.{column}" for column in there if column not in kept]
        if kept:
            tables[name] = {"columns": kept}
    return tables, left_out
