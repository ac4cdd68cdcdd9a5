"""What does not fit between the parameters and imported analysis data."""

from collections.abc import Mapping

import pandas as pd

from helpers.datasets.imported.adeff import find_unknown_visits
from helpers.datasets.imported.losses import CHECK, find_losses
from helpers.datasets.imported.tables import PERSON, GivenTables
from helpers.intake.findings import file_finding, join_findings
from helpers.params.trial import Trial


def find_given_problems(
    tables: GivenTables,
    adsl: pd.DataFrame,
    datasets: Mapping[str, pd.DataFrame],
    trial: Trial,
    *,
    quote: bool = True,
) -> pd.DataFrame:
    """Data sets, visits and values that the parameters name and the data lack, or the reverse.

    Without `quote` neither words of the data nor numbers of records and participants are repeated.
    """
    given = trial.given
    if given is None:
        return join_findings([])
    found = _find_unknown_visits(tables, trial, quote)
    wanted = {given.events.dataset, *given.laboratory, *given.vital_signs, *given.times,
              *(rows.dataset for rows in given.scores.values())}  # fmt: skip
    found += [
        file_finding(CHECK, "W", name, "data set is missing; its displays are absent")
        for name in sorted(wanted - set(tables.tables))
        if _is_expected(name, tables)
    ]
    found += _find_unknown_parameters(tables, trial, quote)
    found += _find_missing_ends(adsl, quote)
    found += _find_undated_deaths(tables, adsl, trial, quote)
    found += find_losses(tables, adsl, datasets, trial, quote=quote)
    return join_findings(found)


def _find_unknown_visits(tables: GivenTables, trial: Trial, quote: bool) -> list[pd.DataFrame]:
    """Visits of the score data sets that the parameters do not name."""
    unknown = {} if trial.given is None else find_unknown_visits(tables, trial.given)
    says = "is not in the parameters; not summarised"
    texts: dict[tuple[str, str], None] = {}  # in order, each once
    for key, n in unknown.items():
        name, visit = key.split(".", 1)
        text = f"visit {visit!r} {says} ({n} records)" if quote else f"a visit {says}"
        texts[name, text] = None
    return [file_finding(CHECK, "W", name, text, "AVISIT") for name, text in texts]


def _is_expected(name: str, tables: GivenTables) -> bool:
    """An open reader's allow-list may leave a data set out: that is no finding."""
    return "adsl" in tables.tables and ("TRT01P" in tables.tables["adsl"] or name == "adae")


def _find_unknown_parameters(tables: GivenTables, trial: Trial, quote: bool) -> list[pd.DataFrame]:
    """Parameters of a data set of scores that no score of the trial uses."""
    rows = trial.given.scores.values() if trial.given else ()
    found = []
    for name in sorted({row.dataset for row in rows} & set(tables.tables)):
        frame = tables.tables[name]
        if "PARAMCD" not in frame:
            continue
        chosen = [row.where.get("PARAMCD", ()) for row in rows if row.dataset == name]
        unused = frame[~frame["PARAMCD"].isin([code for codes in chosen for code in codes])]
        codes = sorted(set(unused["PARAMCD"].dropna().astype(str)))
        if codes and all(chosen):
            text = "parameters that no score uses"
            text += f": {', '.join(codes)} ({len(unused)} records)" if quote else ""
            found.append(file_finding(CHECK, "W", name, text, "PARAMCD"))
    return found


def _find_undated_deaths(
    tables: GivenTables, adsl: pd.DataFrame, trial: Trial, quote: bool
) -> list[pd.DataFrame]:
    """Deaths whose day nobody gave."""
    if trial.given is None:
        return []
    name = trial.given.subjects.dataset
    source = tables.tables[name].set_index(PERSON)
    variable = trial.given.subjects.variables.get("DTHDT", "DTHDT")
    died = adsl.loc[adsl["DTHFL"] == "Y", PERSON]
    known = source[variable].reindex(died).notna() if variable in source else None
    n = len(died) if known is None else int((~known).sum())
    if not n:
        return []
    text = "death without a date; the end of the study stands for it" + _count(n, quote)
    return [file_finding(CHECK, "E", name, text, "DTHDT")]


def _find_missing_ends(adsl: pd.DataFrame, quote: bool) -> list[pd.DataFrame]:
    ended = adsl["EOSSTT"].isin(["COMPLETED", "DISCONTINUED"]) & adsl["EOSDT"].isna()
    if not ended.any():
        return []
    text = "study ended without a date; followed to the last date there is"
    n = adsl.loc[ended, PERSON].nunique()
    return [file_finding(CHECK, "W", "adsl", text + _count(n, quote), "EOSDT")]


def _count(n: int, quote: bool) -> str:
    return f" ({n} participants)" if quote else ""
