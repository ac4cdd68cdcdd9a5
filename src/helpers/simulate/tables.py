"""The columns of every raw table, in the order in which they are written."""

from collections.abc import Mapping
from typing import Any

STUDY = "NCT05292625"
Row = tuple[str, ...]
Audit = tuple[str, str, str, str]

_AUDIT = "ENTRYDTC UPDDTC RECSTAT SDV"
_BODY = {
    "rand": "RANDNO RANDDTC ARMCD STRATUM BLOCKID",
    "dm": "RFICDTC BRTHYR AGE SEX RACE ETHNIC HEIGHT WEIGHT STROKEDTC STRKSUB STRKSIDE AFFSIDE "
    "HANDED REPERF PRIORSTRK PREMRS DTHFL DTHDTC",
    "ie": "IETESTCD IECAT IEORRES IEDTC IECOMM",
    "sv": "VISIT SVSEQ SVSTDTC SVSTAT SVREASND SVTYPE",
    "ds": "DSSEQ DSCAT DSSCAT DSDECOD DSTERM DSSTDTC DSWCSCOPE",
    "ex": "EXSEQ DOSENUM EXOCCUR EXREASND EXROUTE EXSTDTC EXENDTC EXWT EXPLAN EXDOSE EXVIAB "
    "EXVOL EXLOT EXTHAWDTC EXADJ EXADJRE EXPREMED",
    "ae": "AESEQ AETERM AEDECOD AEBODSYS AESTDTC AEENDTC AEONGO AETOXGR AESER AESDTH AESLIFE "
    "AESHOSP AESDISAB AESCONG AESMIE AEREL AERELPR AEACN AEOUT AEEXPECT AEPRESP AESITDTC "
    "AESPODTC AECONTRT AENARR",
    "vs": "VISIT DOSENUM VSTPT VSTESTCD VSDTC VSORRES VSORRESU VSSTAT VSREASND",
    "lb": "VISIT LBSPEC LBTESTCD LBDTC LBORRES LBORRESU LBORNRLO LBORNRHI LBSTAT LBREASND",
    "qs": "VISIT QSCAT QSTESTCD QSDTC QSORRES QSEVAL QSEVALBL QSMETH QSSTAT QSREASND",
    "dv": "DVSEQ DVCAT DVTERM DVCLAS DVPP DVSTDTC DVIDBY",
    "mh": "MHSEQ MHCAT MHTERM MHDECOD MHBODSYS MHSTDTC MHENDTC MHONGO",
    "cm": "CMSEQ CMTRT CMDECOD CMCLAS CMDOSE CMDOSU CMROUTE CMSTDTC CMENDTC CMONGO CMCAT AESEQ",
    "ho": "HOSEQ HOSTDTC HOENDTC HOREAS AESEQ HOPLAN",
    "qry": "QRYID DOMAIN QRYOPDTC QRYCLDTC QRYSTAT QRYTXT",
}
# A lot belongs to no person: the one table without SUBJID.
_LOT = "STUDYID EXLOT LOTSTAT LOTDTC"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    **{name: ("STUDYID", "SUBJID", *f"{body} {_AUDIT}".split()) for name, body in _BODY.items()},
    "lot": tuple(f"{_LOT} {_AUDIT}".split()),
}
RESTRICTED = ("rand", "ex", "lot")
# Files of the export: dose-time vital signs lie apart from the others.
FILES: Mapping[str, str] = {
    **{name: f"restricted/{name}" for name in RESTRICTED},
    **{name: f"open/{name}" for name in COLUMNS if name not in RESTRICTED},
    "vs_dose": "restricted/vs",
}
_BODY_COLUMNS = {name: tuple(body.split()) for name, body in _BODY.items()}


def columns_of(table: str) -> tuple[str, ...]:
    """Give the columns of a table; `vs_dose` is the restricted half of `vs`."""
    return COLUMNS["vs" if table == "vs_dose" else table]


def make_row(table: str, subjid: str, values: Mapping[str, Any], audit: Audit) -> Row:
    """Put named values into the table's order; what is not named stays empty."""
    body = _BODY_COLUMNS[table]
    unknown = values.keys() - set(body)
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    return (STUDY, subjid, *(str(values.get(column, "")) for column in body), *audit)
