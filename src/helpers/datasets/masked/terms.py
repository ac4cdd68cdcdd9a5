"""Terms of events in a masked report: only those of the dictionary, none that names a procedure."""

import pandas as pd

from helpers.datasets.open_readers.words import UNCODED
from helpers.errors import UsageError
from helpers.intake.records import Records
from helpers.masking.words import PROCEDURE
from helpers.params.trial import Trial


def close_terms(records: Records, trial: Trial) -> Records:
    """Records whose complaints of a procedure are one term of a class of its own.

    Which they are is said by the trial (`adverse_events.procedure_categories` and
    `procedure_terms`): an arm without the procedure cannot have them. A term that the dictionary
    does not have becomes UNCODED.

    Raises
    ------
    UsageError
        If a category whose terms are all of one route, of several, is not among them.
    """
    if not records.has("ae", "AEDECOD", "AEBODSYS"):
        return records
    ae, rules = records["ae"], trial.adverse_events
    aesi = records.reference.aesi
    _check_routes(aesi, trial)
    telling = set(aesi.loc[aesi["AESICAT"].isin(rules.procedure_categories), "AEDECOD"])
    hit = ae["AEDECOD"].isin(telling | set(rules.procedure_terms))
    known = ae["AEDECOD"].isin(records.reference.dictionary["PT"])
    closed = ae.assign(
        AEDECOD=ae["AEDECOD"].where(known, UNCODED).mask(hit, PROCEDURE),
        AEBODSYS=ae["AEBODSYS"].mask(hit, PROCEDURE),
    )
    return records.with_tables({**records.tables, "ae": _keep_types(closed, ae)})


def _check_routes(aesi: pd.DataFrame, trial: Trial) -> None:
    """Every category of one route is pooled; where the list knows one route, it tells of none."""
    rules = trial.adverse_events
    listed = aesi[~aesi["AEDECOD"].isin(rules.procedure_terms)]
    words = listed["ROUTES"].fillna("").astype(str).str.split()
    routes = words.groupby(listed["AESICAT"]).agg(lambda own: set().union(*own))
    if len(set().union(*routes)) < 2:
        return
    single = set(routes.index[routes.map(len) == 1])
    missing = sorted(single - set(rules.procedure_categories))
    if missing:
        raise UsageError(
            f"closed_masked: {', '.join(missing)} of {rules.aesi_file} names a single route and is "
            "not in adverse_events.procedure_categories of trial.yaml: by letter it would name an "
            "arm; add it there"
        )


def _keep_types(closed: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    return closed.astype({name: before[name].dtype for name in ("AEDECOD", "AEBODSYS")})
