"""What the checks know of every raw table: its date, its key, and what is entered as one piece."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RawTable:
    """One raw table as the checks see it.

    Attributes
    ----------
    date : column with the clinical date of a row
    key : columns that name a row beside SUBJID
    piece : columns that name what is entered together (a form, a draw, a set of vital signs);
        findings about dates are one per piece, not one per item
    status : column that says NOT DONE for a row that stands for nothing
    """

    date: str
    key: tuple[str, ...]
    piece: tuple[str, ...] = ()
    status: str | None = None

    @property
    def unit(self) -> tuple[str, ...]:
        """Columns that name the unit of a finding about dates."""
        return self.piece or self.key


TABLES: Mapping[str, RawTable] = {
    "dm": RawTable("RFICDTC", ()),
    "rand": RawTable("RANDDTC", ()),
    "ie": RawTable("IEDTC", ("IETESTCD",), piece=("IEDTC",)),
    "sv": RawTable("SVSTDTC", ("VISIT", "SVSEQ"), status="SVSTAT"),
    "ds": RawTable("DSSTDTC", ("DSSEQ",)),
    "ex": RawTable("EXSTDTC", ("EXSEQ",)),
    "ae": RawTable("AESTDTC", ("AESEQ",)),
    "vs": RawTable(
        "VSDTC",
        ("VISIT", "DOSENUM", "VSTPT", "VSTESTCD", "VSDTC"),
        piece=("VISIT", "DOSENUM", "VSTPT", "VSDTC"),
        status="VSSTAT",
    ),
    "lb": RawTable(
        "LBDTC",
        ("VISIT", "LBSPEC", "LBTESTCD", "LBDTC"),
        piece=("VISIT", "LBSPEC", "LBDTC"),
        status="LBSTAT",
    ),
    "qs": RawTable(
        "QSDTC",
        ("VISIT", "QSCAT", "QSTESTCD", "QSDTC"),
        piece=("VISIT", "QSCAT", "QSDTC"),
        status="QSSTAT",
    ),
    "dv": RawTable("DVSTDTC", ("DVSEQ",)),
    "mh": RawTable("MHSTDTC", ("MHSEQ",)),
    "cm": RawTable("CMSTDTC", ("CMSEQ",)),
    "ho": RawTable("HOSTDTC", ("HOSEQ",)),
}
# Queries are about data, not about participants: no clinical date.
KEYS: Mapping[str, tuple[str, ...]] = {
    **{name: table.key for name, table in TABLES.items()},
    "qry": ("QRYID",),
    "lot": ("EXLOT", "LOTDTC"),
}
