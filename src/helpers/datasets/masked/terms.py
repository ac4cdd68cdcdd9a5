"""Terms of events in a masked report: only those of the dictionary, none that names a procedure."""

import pandas as pd

from helpers.datasets.open_readers.words import UNCODED
from helpers.intake.records import Records
from helpers.masking.words import PROCEDURE
from helpers.params.trial import Trial


def close_terms(records: Records, trial: Trial) -> Records:
    """Records whose complaints of a procedure are one term of a class of its own.

    Which they are is said by the trial (`adverse_events.procedure_categories` and
    `procedure_terms`): an arm without the procedure cannot have them. A term that the dictionary
    does not have becomes UNCODED.
    """
    if not records.has("ae", "AEDECOD", "AEBODSYS"):
        return records
    ae, rules = records["ae"], trial.adverse_events
    aesi = records.reference.aesi
    telling = set(aesi.loc[aesi["AESICAT"].isin(rules.procedure_categories), "AEDECOD"])
    hit = ae["AEDECOD"].isin(telling | set(rules.procedure_terms))
    known = ae["AEDECOD"].isin(records.reference.dictionary["PT"])
    closed = ae.assign(
        AEDECOD=ae["AEDECOD"].where(known, UNCODED).mask(hit, PROCEDURE),
        AEBODSYS=ae["AEBODSYS"].mask(hit, PROCEDURE),
    )
    return records.with_tables({**records.tables, "ae": _keep_types(closed, ae)})


def _keep_types(closed: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    return closed.astype({name: before[name].dtype for name in ("AEDECOD", "AEBODSYS")})
