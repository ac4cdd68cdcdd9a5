"""previous: what was known at the interim before, from the same export cut at its cut-off."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers.datasets.events.adae import derive_severity
from helpers.datasets.source import Source
from helpers.datasets.subjects.anchor import build_doses, build_randomisation
from helpers.datasets.subjects.merge import take_subject_variable
from helpers.intake.cutoff import cut_records
from helpers.intake.records import Records
from helpers.params import list_interims, load_interim
from helpers.params.interim import Interim
from helpers.params.trial import Trial

READ = ("rand", "dm", "ds", "sv", "ex", "ae")
COLUMNS = ("INTERIM", "CUTDT", "KIND", "USUBJID", "SEQ")
REPORT_COLUMNS = ("INTERIM", "SEQUENCE", "CUTDT")
ALPHA, CHARGED = "ALPHA", "CHARGED"


def list_earlier_interims(params: Path, trial: Trial, interim: Interim) -> tuple[Interim, ...]:
    """The interims with a lower sequence, in its order; the last is the one before."""
    others = (load_interim(params, name, trial) for name in list_interims(params))
    return tuple(other for other in others if other.sequence < interim.sequence)


def build_earlier_reports(looks: Sequence[tuple[Interim, pd.Timestamp]]) -> pd.DataFrame:
    """One row per earlier safety report, in order: INTERIM (its short name), SEQUENCE, CUTDT."""
    rows = [
        (interim.interim_id, interim.sequence, cutoff)
        for interim, cutoff in looks
        if "safety" in interim.reports
    ]
    frame = pd.DataFrame(rows, columns=list(REPORT_COLUMNS))
    return frame.astype({"INTERIM": object, "SEQUENCE": "Int64", "CUTDT": "datetime64[s]"})


def build_compared_looks(looks: Sequence[tuple[Interim, pd.Timestamp]]) -> pd.DataFrame:
    """One row per earlier efficacy report that compared arms, in order.

    Returns
    -------
    INTERIM (its short name), SEQUENCE, CUTDT, LOOK: ALPHA where it spent alpha, CHARGED where its
    contrasts were shown without (`nonlook_contrasts`).
    """
    rows = [
        (look.interim_id, look.sequence, cutoff, ALPHA if look.alpha_look else CHARGED)
        for look, cutoff in looks
        if "efficacy" in look.reports and (look.alpha_look or look.nonlook_contrasts)
    ]
    frame = pd.DataFrame(rows, columns=[*REPORT_COLUMNS, "LOOK"])
    kinds = {"INTERIM": object, "SEQUENCE": "Int64", "CUTDT": "datetime64[s]", "LOOK": object}
    return frame.astype(kinds)


def build_previous(
    source: Source, adsl: pd.DataFrame, interim: Interim | None, cutoff: pd.Timestamp | None
) -> pd.DataFrame:
    """One row per participant randomised, dose given, serious event and death known by then.

    Returns
    -------
    INTERIM (label), CUTDT, KIND (RANDOMISED, DOSE, SAE, DEATH), USUBJID, SEQ (DOSENUM, AESEQ);
    no row when there is no earlier interim. Doses only where the audience may read them.
    """
    if interim is None or cutoff is None:
        return _shape(pd.DataFrame(columns=["KIND", "SUBJID", "SEQ"]), adsl, "", pd.NaT)
    tables = {name: source.records[name] for name in READ if name in source.records.tables}
    cut, _, _ = cut_records(source.records.with_tables(tables), source.schemas, cutoff)
    return _shape(_list_known(cut), adsl, interim.interim_label, cutoff)


def _list_known(cut: Records) -> pd.DataFrame:
    doses = build_doses(cut)
    dm = cut["dm"]
    ae = derive_severity(cut["ae"], dm)
    known = {
        "RANDOMISED": build_randomisation(cut).assign(SEQ=None),
        "DOSE": doses.assign(SEQ=doses["DOSENUM"]),
        "SAE": ae[ae["ASERFL"] == "Y"].assign(SEQ=lambda rows: rows["AESEQ"]),
        "DEATH": dm[dm["DTHFL"] == "Y"].assign(SEQ=None),
    }
    parts = [rows[["SUBJID", "SEQ"]].assign(KIND=kind) for kind, rows in known.items()]
    return pd.concat([part.astype(object) for part in parts], ignore_index=True)


def _shape(
    rows: pd.DataFrame, adsl: pd.DataFrame, label: str, cutoff: pd.Timestamp
) -> pd.DataFrame:
    rows = rows[rows["SUBJID"].isin(adsl["SUBJID"])].reset_index(drop=True)
    rows = rows.assign(
        INTERIM=pd.Series(label, index=rows.index, dtype=object),
        CUTDT=pd.Series(cutoff, index=rows.index, dtype="datetime64[s]"),
        KIND=rows["KIND"].astype(object),
        USUBJID=take_subject_variable(rows, adsl, "USUBJID").astype(object),
        SEQ=rows["SEQ"].astype("Int64"),
    )
    rows = rows.sort_values(["KIND", "USUBJID", "SEQ"], kind="stable")
    return rows[list(COLUMNS)].reset_index(drop=True)
