"""Arms, participants and plan of a trial, guessed from its subject-level data."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.errors import UsageError
from helpers.imported.dataset import Dataset
from helpers.imported.term_guesses import CONTROL, NO_ARM, ORDINARY, guess_reason, make_codes
from helpers.params.design import UNNAMED_ROUTE

ITT, SAF = ("ITTFL", "FASFL", "RANDFL", "ENRLFL"), ("SAFFL", "SAFETY", "TRTFL")
RANDOMISED = ("RANDDT", "TRTSDT", "RFSTDT")
EFF, PP = ("EFFFL",), ("PPROTFL", "PPFL")
LABEL = 20  # letters of an arm's label that a table has room for
CHARACTERISTICS = {
    "AGE": ("Age (years)", "number"),
    "AGEGR1": ("Age group", "category"),
    "SEX": ("Sex", "category"),
    "RACE": ("Race", "category"),
    "ETHNIC": ("Ethnic group", "category"),
    "WEIGHTBL": ("Weight (kg)", "number"),
    "HEIGHTBL": ("Height (cm)", "number"),
    "BMIBL": ("Body mass index (kg/m\u00b2)", "number"),
}
STANDARD_REASONS = frozenset(
    [
        "ADVERSE_EVENT",
        "DEATH",
        "LOST_TO_FOLLOW_UP",
        "WITHDRAWAL_BY_SUBJECT",
        "PHYSICIAN_DECISION",
        "PROTOCOL_DEVIATION",
        "SPONSOR_DECISION",
        "OTHER",
    ]
)


def first_known(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    """The first of these variables that holds anything."""
    return next((name for name in names if name in frame and frame[name].notna().any()), None)


def find_arms(adsl: pd.DataFrame) -> dict[str, str]:
    """Words for the planned treatment -> codes, in the order of TRT01PN where there is one."""
    planned = first_known(adsl, ("TRT01P", "ARM"))
    if planned is None:
        raise UsageError("adsl has neither TRT01P nor ARM: nobody can be put in an arm")
    member = adsl[find_members(adsl)]
    used = [planned, *(["TRT01A"] if "TRT01A" in member else [])]
    words = sorted({str(w) for name in used for w in member[name].dropna()})
    words = [word for word in words if not NO_ARM.search(word)]
    if "TRT01PN" in member:
        place = member.groupby(planned)["TRT01PN"].min().to_dict()
        words.sort(key=lambda word: (place.get(word, float("inf")), word))
    return make_codes(words)


def find_members(adsl: pd.DataFrame) -> pd.Series:
    """Randomised participants, as the first flag says that there is; everybody without one."""
    flag = first_known(adsl, (*ITT, *SAF))
    return pd.Series(True, index=adsl.index) if flag is None else adsl[flag] == "Y"


def list_arms(arms: Mapping[str, str]) -> tuple[list[dict[str, Any]], str | None]:
    """Arms as in trial.yaml, and the code of the one that looks like a control."""
    called = {word: f"{word} arm" if word.casefold() in ORDINARY else word for word in arms}
    short = {word: name[:LABEL] for word, name in called.items()}
    if len(set(short.values())) < len(short):
        short = called
    control = next((code for word, code in arms.items() if CONTROL.search(word)), None)
    listed = [
        {"code": code, "label": short[word], "name": called[word], "contrast": code,
         **({} if code == control else {"route": UNNAMED_ROUTE})}
        for word, code in arms.items()
    ]  # fmt: skip
    return listed, control


def find_populations(adsl: pd.DataFrame) -> dict[str, str]:
    """Populations of ours -> flags of the data; ITT and SAF stand for each other.

    Raises
    ------
    UsageError
        If the data have no flag for either.
    """
    populations = {
        code: flag
        for code, names in (("ITT", ITT), ("SAF", SAF), ("EFF", EFF), ("PP", PP))
        for flag in [first_known(adsl, names)]
        if flag is not None
    }
    populations.setdefault("SAF", populations.get("ITT", ""))
    populations.setdefault("ITT", populations["SAF"])
    if not populations["ITT"]:
        raise UsageError(
            "adsl has no population flag (ITTFL, FASFL, RANDFL or SAFFL); rename one by a mapping"
        )
    return populations


def describe_subjects(adsl: pd.DataFrame) -> dict[str, Any]:
    """How dates, reasons and states of ours are called in the data."""
    variables = {
        ours: theirs
        for ours, names in (
            ("RANDDT", RANDOMISED),
            ("EOSDT", ("EOSDT", "RFENDT", "LSTALVDT", "TRTEDT")),
            ("RFICDT", ("RFICDT", "ENRLDT")),
            ("EOSREAS", ("DCSREAS", "DCREAS", "EOSREAS", "DCREASCD")),
        )
        for theirs in [first_known(adsl, names)]
        if theirs is not None
    }
    if "RANDDT" not in variables:
        raise UsageError("adsl has neither RANDDT nor TRTSDT: nobody can be placed in time")
    subjects: dict[str, Any] = {"variables": variables}
    reasons = _list_reasons(adsl)
    if reasons:
        subjects["reasons"] = reasons
    if "EOSSTT" in adsl:
        subjects["states"] = {
            word: _guess_state(word) for word in sorted(set(adsl["EOSSTT"].dropna().astype(str)))
        }
    return subjects


def find_closed_days(adsl: Dataset) -> list[str]:
    """What to say where no day that can stand for randomisation is open."""
    day = first_known(adsl.frame, RANDOMISED)
    if day is None or day not in adsl.restricted:
        return []
    what = (
        f"adsl: {day} stands for randomisation and tells who got what, so no open report can be "
        f"made: import with another day as RANDDT, or with `open: [{day}]` if open readers may "
        "know it"
    )
    return [what]


def _guess_state(word: str) -> str:
    lower = word.lower()
    if lower.startswith("complet"):
        return "COMPLETED"
    return "ONGOING" if lower.startswith(("ongoing", "contin", "active")) else "DISCONTINUED"


def _list_reasons(adsl: pd.DataFrame) -> dict[str, str]:
    variable = first_known(adsl, ("DCSREAS", "DCREAS", "EOSREAS", "DCREASCD"))
    words = sorted(set(adsl[variable].dropna().astype(str))) if variable else []
    return {word: guess_reason(word) for word in words if not word.lower().startswith("complet")}


def describe_end_reasons(adsl: pd.DataFrame) -> dict[str, Any]:
    """Labels of the reasons that are not among the standard ones."""
    labels = {
        code: word.capitalize()
        for word, code in _list_reasons(adsl).items()
        if code == guess_reason(word) and code not in STANDARD_REASONS
    }
    return {"end_reasons": labels} if labels else {}


def list_characteristics(adsl: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the baseline table that the data have."""
    return [
        {"variable": name, "label": label, "kind": kind}
        for name, (label, kind) in CHARACTERISTICS.items()
        if name in adsl
    ]


def describe_accrual(adsl: pd.DataFrame, arms: Mapping[str, str]) -> dict[str, int]:
    """Numbers as reached, so that the line of the plan ends where the trial did."""
    persons = int(find_members(adsl).sum())
    days = adsl[first_known(adsl, RANDOMISED)].dropna()
    months = max(1, round((days.max() - days.min()).days / 30.4375)) if len(days) else 1
    return {
        "planned": max(persons, 1),
        "per_arm": max(1, round(persons / len(arms))),
        "months": months,
    }


def name_efficacy_set(adsl: pd.DataFrame) -> str:
    """The population of the efficacy report: the sponsor's efficacy set, else the randomised."""
    return "EFF" if first_known(adsl, EFF) else "ITT"
