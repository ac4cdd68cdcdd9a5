"""A first parameter folder for a trial, from what its analysis data show.

Everything written is a guess from names and values. What a person must decide stands behind a
comment `DECIDE`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import yaml

from helpers.adam.dataset import PERSON, Dataset
from helpers.adam.first_words import (
    BASELINE,
    CONTROL,
    NO_ARM,
    NOT_PLANNED,
    TOTAL,
    guess_reason,
    is_related,
    make_codes,
)
from helpers.adam.importing import Imported, latest_date
from helpers.adam.new_audiences import format_audiences
from helpers.errors import UsageError

ITT, SAF = ("ITTFL", "FASFL", "RANDFL", "ENRLFL"), ("SAFFL", "SAFETY", "TRTFL")
EFF, PP = ("EFFFL",), ("PPROTFL", "PPFL")
EVENTS, LAB, VITALS, TIMES = "adae", "adlb", "advs", "adtte"
NOT_SCORES = (EVENTS, LAB, VITALS, TIMES, "adsl", "adeg", "adcm", "admh", "adex", "adpc", "adpp")
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
MOST_SCORES, MOST_VISITS = 3, 12  # of a data set; of the trial


HEAD = """\
# A first proposal from the data. Every line behind DECIDE needs a person;
# docs/your_own_trial.md goes through them, docs/parameters.md lists every key.
"""


class _Dumper(yaml.SafeDumper):
    """YAML without anchors: a list that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """No value is replaced by a reference to an earlier one."""
        return True


@dataclass(frozen=True)
class _Block:
    """Keys of trial.yaml with what a person must decide about them."""

    content: Mapping[str, Any]
    decide: Sequence[str] = field(default=())


def propose_parameters(imported: Imported) -> dict[str, bytes]:
    """Files of a parameter folder by path: trial.yaml, final.yaml, tables/audiences.yaml.

    Raises
    ------
    UsageError
        If the data name no treatment or no day of first dose or randomisation.
    """
    datasets = imported.datasets
    adsl = datasets["adsl"].frame
    arms = _find_arms(adsl)
    scores = _find_scores(datasets)
    visits = _find_visits(datasets, scores, adsl)
    blocks = [
        _Block(
            {"study": imported.study, "name": imported.study, "title": imported.study,
             "synthetic": False, "level": "adam"},
            ["the title as the committee knows the trial"],
        ),
        _describe_arms(arms),
        _Block({"visits": visits.planned or [{"code": "END", "label": "End", "target": 365}]},
               ["days of the visits after the first dose (here: medians of the data)"]),
        _describe_given(arms, visits, scores, datasets),
        _Block({"baseline_table": _list_characteristics(adsl)}),
        _Block({"forms": _list_forms(scores, visits, datasets), "scores": _list_scores(scores)},
               ["direction: 1 where higher is better, -1 where lower is; range; which are main"]),
        _Block({"adverse_events": {"related": _find_related(datasets)}},
               ["which words for causality count as related"]),
        _Block(_describe_end_reasons(adsl)),
        _Block({"accrual": _describe_accrual(adsl, arms)}, ["the planned numbers"]),
        _Block({"interim_defaults": {"trial_id": imported.study,
                                     "population_efficacy": _efficacy_set(adsl)}}),
    ]  # fmt: skip
    day = latest_date(datasets.values())
    final = {
        "interim_id": "FINAL", "interim_label": "Final analysis",
        "purpose": "All data of the export", "sequence": 1, "cutoff": day.date(),
    }  # fmt: skip
    return {
        "trial.yaml": _format(blocks).encode(),
        "final.yaml": yaml.safe_dump(final, sort_keys=False).encode(),
        "tables/audiences.yaml": format_audiences(datasets).encode(),
    }


def _format(blocks: Sequence[_Block]) -> str:
    parts = [HEAD]
    for block in blocks:
        if not block.content:
            continue
        text = "".join(f"# DECIDE: {decision}\n" for decision in block.decide)
        text += "".join(_dump(key, value) for key, value in block.content.items())
        parts.append(text)
    return "\n".join(parts)


def _dump(key: str, value: object) -> str:
    """One key as YAML: its inner lists and mappings on a line where they hold plain values."""
    flow = None if isinstance(value, dict | list) else False
    text: str = yaml.dump(
        {key: value},
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=flow,
    )
    return text


def _first(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in frame and frame[name].notna().any()), None)


def _find_arms(adsl: pd.DataFrame) -> dict[str, str]:
    """Words for the planned treatment -> codes, in the order of TRT01PN where there is one."""
    planned = _first(adsl, ("TRT01P", "ARM"))
    if planned is None:
        raise UsageError("adsl has neither TRT01P nor ARM: nobody can be put in an arm")
    member = adsl[_members(adsl)]
    used = [planned, *(["TRT01A"] if "TRT01A" in member else [])]
    words = sorted({str(w) for name in used for w in member[name].dropna()})
    words = [word for word in words if not NO_ARM.search(word)]
    if "TRT01PN" in member:
        place = member.groupby(planned)["TRT01PN"].min().to_dict()
        words.sort(key=lambda word: (place.get(word, float("inf")), word))
    return make_codes(words)


def _members(adsl: pd.DataFrame) -> pd.Series:
    flag = _first(adsl, (*ITT, *SAF))
    return pd.Series(True, index=adsl.index) if flag is None else adsl[flag] == "Y"


def _describe_arms(arms: Mapping[str, str]) -> _Block:
    control = next((code for word, code in arms.items() if CONTROL.search(word)), None)
    listed = [
        {"code": code, "label": word[:20], "name": word, "contrast": code,
         **({} if code == control else {"route": "GIVEN"})}
        for word, code in arms.items()
    ]  # fmt: skip
    decide = ["labels and contrasts of the arms, the route of each arm that gets the product"]
    decide.append("which arm is the control" + ("" if control else "; none was recognised"))
    return _Block({"arms": listed, "control": control}, decide)


def _find_scores(datasets: Mapping[str, Dataset]) -> pd.DataFrame:
    """dataset, PARAMCD, PARAM, low, high, n: numeric parameters that are no laboratory or vitals.

    CODE is PARAMCD as a code of ours; of two data sets with the same one the second adds its name.
    """
    found = []
    for name, dataset in datasets.items():
        frame = dataset.frame
        if name.startswith(NOT_SCORES) or not {"PARAMCD", "AVAL", "AVISIT"} <= set(frame):
            continue
        values = frame.dropna(subset=["AVAL", "PARAMCD"])
        label = values["PARAM"] if "PARAM" in values else values["PARAMCD"]
        grouped = values.assign(LABEL=label).groupby("PARAMCD", sort=True)
        for code, rows in grouped:
            low, high = float(rows["AVAL"].min()), float(rows["AVAL"].max())
            found.append((name, str(code), str(rows["LABEL"].iloc[0]), low, high, len(rows)))
    columns = ["dataset", "PARAMCD", "PARAM", "low", "high", "n"]
    scores = pd.DataFrame(found, columns=columns)
    scores["CODE"] = _make_codes(scores["PARAMCD"], scores["dataset"])
    total = scores["PARAM"].map(lambda text: bool(TOTAL.search(text)))
    ranked = scores.assign(ITEM=~total).sort_values(["dataset", "ITEM", "n"], ascending=[1, 1, 0])
    return ranked.groupby("dataset").head(MOST_SCORES).reset_index(drop=True)


def _make_codes(names: pd.Series, datasets: pd.Series) -> list[str]:
    """Letters, digits and underscores, none twice."""
    codes: list[str] = []
    for name, dataset in zip(names, datasets, strict=True):
        code = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_") or "SCORE"
        code = code if code not in codes else f"{code}_{dataset.upper()}"
        while code in codes:
            code += "_"
        codes.append(code)
    return codes


@dataclass(frozen=True)
class _Visits:
    """Visits of the scores: `words` AVISIT -> code, `planned` as in trial.yaml, `others` words."""

    words: dict[str, str]
    planned: list[dict[str, Any]]
    others: list[str]


def _find_visits(
    datasets: Mapping[str, Dataset], scores: pd.DataFrame, adsl: pd.DataFrame
) -> _Visits:
    names = sorted(set(scores["dataset"])) or [n for n in datasets if n.startswith((LAB, VITALS))]
    frames = [datasets[name].frame for name in names if "AVISIT" in datasets[name].frame]
    if not frames:
        return _Visits({}, [], [])
    rows = pd.concat([_with_days(frame, adsl) for frame in frames], ignore_index=True)
    rows = rows.dropna(subset=["AVISIT"])
    order = rows.groupby("AVISIT")[["AVISITN", "DAY"]].median().sort_values(["AVISITN", "DAY"])
    baseline = [w for w in order.index if BASELINE.search(w) and not NOT_PLANNED.search(w)]
    chosen = [
        word
        for word in order.index
        if word not in baseline and not NOT_PLANNED.search(word) and order.loc[word, "DAY"] > 1
    ][:MOST_VISITS]
    codes = make_codes(chosen)
    planned = [
        {"code": codes[word], "label": word, "target": round(float(order.loc[word, "DAY"])) - 1}
        for word in chosen
    ]
    words = {**dict.fromkeys(baseline[:1], "BL"), **codes}
    return _Visits(words, planned, [str(w) for w in order.index if w not in words])


def _with_days(frame: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """AVISIT, AVISITN and study day of each record."""
    if "ADY" in frame:
        day = frame["ADY"].astype("float64")
    elif "ADT" in frame and "TRTSDT" in adsl:
        start = frame[PERSON].map(adsl.drop_duplicates(PERSON).set_index(PERSON)["TRTSDT"])
        day = (frame["ADT"] - start).dt.days.astype("float64") + 1
    else:
        day = pd.Series(float("nan"), index=frame.index)
    number = frame["AVISITN"].astype("float64") if "AVISITN" in frame else day
    return pd.DataFrame({"AVISIT": frame["AVISIT"], "AVISITN": number, "DAY": day})


def _describe_given(
    arms: Mapping[str, str],
    visits: _Visits,
    scores: pd.DataFrame,
    datasets: Mapping[str, Dataset],
) -> _Block:
    adsl = datasets["adsl"].frame
    populations = {
        code: flag
        for code, names in (("ITT", ITT), ("SAF", SAF), ("EFF", EFF), ("PP", PP))
        for flag in [_first(adsl, names)]
        if flag is not None
    }
    populations.setdefault("SAF", populations.get("ITT", ""))
    populations.setdefault("ITT", populations["SAF"])
    if not populations["ITT"]:
        raise UsageError("adsl has no population flag (ITTFL, FASFL, RANDFL or SAFFL)")
    given: dict[str, Any] = {
        "arms": dict(arms),
        "planned": _first(adsl, ("TRT01P", "ARM")),
        "treated": _first(adsl, ("TRT01A", "ACTARM", "TRT01P", "ARM")),
        "populations": populations,
        "subjects": _describe_subjects(adsl),
        "visits": visits.words,
        "unscheduled": visits.others,
        "scores": {
            row.CODE: {"dataset": row.dataset, "where": _choose(row, datasets)}
            for row in scores.itertuples()
        },
        "laboratory": [name for name in sorted(datasets) if name.startswith(LAB)],
        "vital_signs": [name for name in sorted(datasets) if name.startswith(VITALS)],
        "times": [name for name in sorted(datasets) if name.startswith(TIMES)],
    }
    events: dict[str, Any] = {}
    grades = _find_grades(datasets)
    if grades:
        events["grades"] = grades
    decide = []
    if EVENTS in datasets and "TRTEMFL" not in datasets[EVENTS].frame:
        events["emergent_days"] = EMERGENT_DAYS
        decide.append("until how many days after the last dose an event is treatment-emergent")
    if events:
        given["events"] = events
    decide += [
        "which date stands for randomisation and for the end of the study",
        "what each reason for leaving means",
        "which visits are summarised (`unscheduled` are not)",
    ]
    return _Block({"given": given}, decide)


EMERGENT_DAYS = 30  # after the last dose; what most protocols say


def _choose(score: Any, datasets: Mapping[str, Dataset]) -> dict[str, list[str | None]]:
    """Rows of a score: observed values only, where the data set has derived ones too."""
    where: dict[str, list[str | None]] = {"PARAMCD": [score.PARAMCD]}
    if "DTYPE" in datasets[score.dataset].frame:
        where["DTYPE"] = [None]
    return where


def _describe_subjects(adsl: pd.DataFrame) -> dict[str, Any]:
    variables = {
        ours: theirs
        for ours, names in (
            ("RANDDT", ("RANDDT", "TRTSDT", "RFSTDT")),
            ("EOSDT", ("EOSDT", "RFENDT", "LSTALVDT", "TRTEDT")),
            ("RFICDT", ("RFICDT", "ENRLDT")),
            ("EOSREAS", ("DCSREAS", "DCREAS", "EOSREAS", "DCREASCD")),
        )
        for theirs in [_first(adsl, names)]
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


def _guess_state(word: str) -> str:
    lower = word.lower()
    if lower.startswith("complet"):
        return "COMPLETED"
    return "ONGOING" if lower.startswith(("ongoing", "contin", "active")) else "DISCONTINUED"


def _list_reasons(adsl: pd.DataFrame) -> dict[str, str]:
    variable = _first(adsl, ("DCSREAS", "DCREAS", "EOSREAS", "DCREASCD"))
    words = sorted(set(adsl[variable].dropna().astype(str))) if variable else []
    return {word: guess_reason(word) for word in words if not word.lower().startswith("complet")}


def _describe_end_reasons(adsl: pd.DataFrame) -> dict[str, Any]:
    """Labels of the reasons that are not among the standard ones."""
    labels = {
        code: word.capitalize()
        for word, code in _list_reasons(adsl).items()
        if code == guess_reason(word) and code not in STANDARD_REASONS
    }
    return {"end_reasons": labels} if labels else {}


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


def _find_grades(datasets: Mapping[str, Dataset]) -> dict[str, int]:
    frame = datasets[EVENTS].frame if EVENTS in datasets else pd.DataFrame()
    if "AETOXGR" in frame or "AESEV" not in frame:
        return {}
    words = sorted(set(frame["AESEV"].dropna().astype(str)))
    order = ("mild", "moderate", "severe", "life", "fatal")
    return {
        word: place
        for word in words
        for place, start in enumerate(order, start=1)
        if word.lower().startswith(start)
    }


def _find_related(datasets: Mapping[str, Dataset]) -> list[str]:
    frame = datasets[EVENTS].frame if EVENTS in datasets else pd.DataFrame()
    if "AEREL" not in frame:
        return []
    return [word for word in sorted(set(frame["AEREL"].dropna().astype(str))) if is_related(word)]


def _list_characteristics(adsl: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"variable": name, "label": label, "kind": kind}
        for name, (label, kind) in CHARACTERISTICS.items()
        if name in adsl
    ]


def _list_forms(
    scores: pd.DataFrame, visits: _Visits, datasets: Mapping[str, Dataset]
) -> dict[str, Any]:
    """One form for each data set of scores, due at the visits that it has."""
    forms = {}
    for name in sorted(set(scores["dataset"])):
        seen = set(datasets[name].frame["AVISIT"].dropna())
        due = [code for word, code in visits.words.items() if word in seen]
        forms[name.upper()] = {"label": name.upper(), "visits": due}
    return forms


def _list_scores(scores: pd.DataFrame) -> dict[str, Any]:
    first = set(scores.drop_duplicates("dataset")["CODE"])
    return {
        row.CODE: {
            "label": row.PARAM, "form": row.dataset.upper(), "direction": 1,
            "range": [int(row.low // 1), int(-(-row.high // 1))], "decimals": 1,
            **({"main": True} if row.CODE in first else {}),
        }
        for row in scores.itertuples()
    }  # fmt: skip


def _describe_accrual(adsl: pd.DataFrame, arms: Mapping[str, str]) -> dict[str, int]:
    """Numbers as reached, so that the line of the plan ends where the trial did."""
    persons = int(_members(adsl).sum())
    days = adsl[_first(adsl, ("RANDDT", "TRTSDT", "RFSTDT"))].dropna()
    months = max(1, round((days.max() - days.min()).days / 30.4375)) if len(days) else 1
    return {
        "planned": max(persons, 1),
        "per_arm": max(1, round(persons / len(arms))),
        "months": months,
    }


def _efficacy_set(adsl: pd.DataFrame) -> str:
    return "EFF" if _first(adsl, EFF) else "ITT"
