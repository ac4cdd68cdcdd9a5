"""What was known at the interim before, from the same imported data."""

import pandas as pd

from helpers.datasets.imported.adae import build_given_adae
from helpers.datasets.imported.adsl import build_given_adsl
from helpers.datasets.imported.tables import PERSON, GivenTables
from helpers.datasets.looks.previous import COLUMNS
from helpers.params.interim import Interim
from helpers.params.trial import Trial


def build_given_previous(
    tables: GivenTables,
    adsl: pd.DataFrame,
    trial: Trial,
    before: Interim | None,
    cutoff: pd.Timestamp | None,
) -> pd.DataFrame:
    """One row per participant randomised, serious event and death known at that cut-off."""
    known: dict[str, pd.DataFrame] = {}
    if before is not None and cutoff is not None and trial.given is not None:
        then = build_given_adsl(tables, trial, cutoff)
        known["RANDOMISED"] = then[then["ITTFL"] == "Y"].assign(SEQ=None)
        known["DEATH"] = then[then["DTHFL"] == "Y"].assign(SEQ=None)
        if trial.given.events.dataset in tables.tables:
            events = build_given_adae(tables, then, trial, cutoff)
            serious = events[events["ASERFL"] == "Y"] if "ASERFL" in events else events.iloc[:0]
            known["SAE"] = serious.assign(SEQ=serious["AESEQ"])
    parts = [rows[[PERSON, "SEQ"]].assign(KIND=kind).astype(object) for kind, rows in known.items()]
    empty = pd.DataFrame(columns=[PERSON, "SEQ", "KIND"], dtype=object)
    rows = pd.concat(parts, ignore_index=True) if parts else empty
    rows = rows[rows[PERSON].isin(adsl[PERSON])].reset_index(drop=True)
    label = before.interim_label if before else ""
    rows = rows.assign(
        INTERIM=pd.Series(label, index=rows.index, dtype=object),
        CUTDT=pd.Series(cutoff, index=rows.index, dtype="datetime64[s]"),
        SEQ=rows["SEQ"].astype("Int64"),
    )
    return rows.sort_values(["KIND", PERSON, "SEQ"], kind="stable")[list(COLUMNS)]
