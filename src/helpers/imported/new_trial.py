"""A first parameter folder for a trial, from what its analysis data show.

Everything written is a guess from names and values. What a person must decide stands behind a
comment `DECIDE`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import yaml

from helpers.imported.dataset import Dataset
from helpers.imported.importing import Imported, latest_date
from helpers.imported.new_audiences import format_audiences
from helpers.imported.new_choices import find_competing_records
from helpers.imported.new_scores import (
    LAB,
    VITALS,
    choose_rows,
    describe_filled,
    find_filled,
    find_scores,
    list_forms,
    list_scores,
)
from helpers.imported.new_subjects import (
    SAF,
    describe_accrual,
    describe_end_reasons,
    describe_subjects,
    find_arms,
    find_closed_days,
    find_populations,
    first_known,
    list_arms,
    list_characteristics,
    name_efficacy_set,
)
from helpers.imported.new_visits import Visits, find_visits
from helpers.imported.term_guesses import is_related
from helpers.params.loading import check_model
from helpers.params.trial import Trial

EVENTS, TIMES = "adae", "adtte"
EMERGENT_DAYS = 30  # after the last dose; what most protocols say
LAST = 100  # sequence of the final analysis: interims that are added later go before it
DIRECTION = (
    "direction: 1 where higher is better, -1 where lower is, then take out direction_decided; "
    "range; which are main"
)
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


@dataclass(frozen=True)
class Proposal:
    """Files of a parameter folder by path, and what must be decided before the first run."""

    files: dict[str, bytes]
    first: tuple[str, ...]


def propose_parameters(imported: Imported) -> Proposal:
    """First parameters of a trial: trial.yaml, final.yaml, tables/audiences.yaml.

    Raises
    ------
    UsageError
        If the data name no treatment or no day of first dose or randomisation, or what they show
        cannot be a trial.
    """
    datasets = imported.datasets
    adsl = datasets["adsl"].frame
    arms = find_arms(adsl)
    scores = find_scores(datasets)
    names = sorted(set(scores["dataset"])) or [n for n in datasets if n.startswith((LAB, VITALS))]
    visits = find_visits([datasets[name].frame for name in names], adsl)
    filled = find_filled(scores, datasets)
    rows, first = _choose_scores(scores, visits, datasets)
    blocks = [
        _Block(
            {"study": imported.study, "name": imported.study, "title": imported.study,
             "synthetic": False, "level": "adam"},
            ["the title as the committee knows the trial"],
        ),
        _describe_arms(arms),
        _Block({"visits": visits.planned or [{"code": "END", "label": "End", "target": 365}]},
               ["days of the visits after the first dose (here: medians of the data)"]),
        _describe_given(arms, visits, rows, datasets),
        _Block({"baseline_table": list_characteristics(adsl)}),
        _Block({"forms": list_forms(scores, visits, datasets),
                "scores": list_scores(scores, filled)},
               [DIRECTION, describe_filled(filled)] if len(scores) else []),
        _Block({"adverse_events": {"related": find_related(datasets)}},
               ["which words for causality count as related"]),
        _Block(describe_end_reasons(adsl)),
        _Block({"accrual": describe_accrual(adsl, arms)}, ["the planned numbers"]),
        _Block({"interim_defaults": {"trial_id": imported.study,
                                     "population_efficacy": name_efficacy_set(adsl)}}),
    ]  # fmt: skip
    day = latest_date(datasets.values())
    final = {
        "interim_id": "FINAL", "interim_label": "Final analysis",
        "purpose": "All data of the export", "sequence": LAST, "cutoff": day.date(),
    }  # fmt: skip
    text = _format(blocks)
    check_model(Trial, yaml.safe_load(text), "the trial that these data show")
    files = {
        "trial.yaml": text.encode(),
        "final.yaml": yaml.safe_dump(final, sort_keys=False).encode(),
        "tables/audiences.yaml": format_audiences(datasets, len(arms)).encode(),
    }
    return Proposal(files, (*first, *find_closed_days(datasets["adsl"])))


def _choose_scores(
    scores: pd.DataFrame, visits: Visits, datasets: Mapping[str, Dataset]
) -> tuple[dict[str, Any], list[str]]:
    """`given.scores`, and what must be decided of it before the first run."""
    chosen: dict[str, Any] = {}
    first = []
    for row in scores.itertuples():
        where = choose_rows(row, datasets)
        competing, what = find_competing_records(row, where, visits, datasets)
        chosen[str(row.CODE)] = {"dataset": row.dataset, "where": where}
        if what:
            first.append(what)
        elif competing:
            chosen[str(row.CODE)]["competing"] = "first"
    return chosen, first


def _describe_arms(arms: Mapping[str, str]) -> _Block:
    listed, control = list_arms(arms)
    decide = ["labels and contrasts of the arms, the route of each arm that gets the product"]
    decide.append("which arm is the control" + ("" if control else "; none was recognised"))
    return _Block({"arms": listed, "control": control}, decide)


def _describe_given(
    arms: Mapping[str, str],
    visits: Visits,
    scores: Mapping[str, Any],
    datasets: Mapping[str, Dataset],
) -> _Block:
    adsl = datasets["adsl"].frame
    given: dict[str, Any] = {
        "arms": dict(arms),
        "planned": first_known(adsl, ("TRT01P", "ARM")),
        "treated": first_known(adsl, ("TRT01A", "ACTARM", "TRT01P", "ARM")),
        "populations": find_populations(adsl),
        "subjects": describe_subjects(adsl),
        "visits": visits.words,
        "unscheduled": visits.others,
        "scores": dict(scores),
        "laboratory": [name for name in sorted(datasets) if name.startswith(LAB)],
        "vital_signs": [name for name in sorted(datasets) if name.startswith(VITALS)],
        "times": [name for name in sorted(datasets) if name.startswith(TIMES)],
    }
    events, decide = _describe_events(datasets)
    if events:
        given["events"] = events
    if first_known(adsl, SAF) is None:
        decide.append("who is in the safety population: the data have no flag for it")
    decide += [
        "which date stands for randomisation and for the end of the study",
        "what each reason for leaving means",
        "which visits are summarised (`unscheduled` are not)",
    ]
    if any("competing" in rows for rows in scores.values()):
        decide.append("which of several records of a visit counts (`competing`: first or last)")
    return _Block({"given": given}, decide)


def _describe_events(datasets: Mapping[str, Dataset]) -> tuple[dict[str, Any], list[str]]:
    """What is special about the adverse events, and what to decide about it."""
    events: dict[str, Any] = {}
    decide = []
    grades = find_grades(datasets)
    if grades:
        events["grades"] = grades
    if EVENTS in datasets and "TRTEMFL" not in datasets[EVENTS].frame:
        events["emergent_days"] = EMERGENT_DAYS
        decide.append("until how many days after the last dose an event is treatment-emergent")
    return events, decide


def find_grades(datasets: Mapping[str, Dataset]) -> dict[str, int]:
    """Words of severity -> grades, where there is no toxicity grade."""
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


def find_related(datasets: Mapping[str, Dataset]) -> list[str]:
    """Words of causality that mean related."""
    frame = datasets[EVENTS].frame if EVENTS in datasets else pd.DataFrame()
    if "AEREL" not in frame:
        return []
    return [word for word in sorted(set(frame["AEREL"].dropna().astype(str))) if is_related(word)]


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
