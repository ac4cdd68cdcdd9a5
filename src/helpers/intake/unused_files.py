"""What lies in the folders of an export and is read by nobody: named, with the reason."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from helpers.intake.findings import file_finding
from helpers.intake.read import SUFFIXES
from helpers.intake.schema import FOLDERS, TableSchema

DICTIONARY = "dict"  # of event terms, in open/; read beside the tables (records.py)


def find_unused_files(data: Path, schemas: Mapping[str, TableSchema]) -> list[pd.DataFrame]:
    """A finding on each thing in the folders of the tables that is read by nobody, and why."""
    found = []
    for folder in FOLDERS["both"]:
        known = {n for n, schema in schemas.items() if folder in FOLDERS[schema.folder]}
        known |= {DICTIONARY} if folder == "open" else set()
        for path in sorted((data / folder).iterdir()) if (data / folder).is_dir() else []:
            why = _explain_unused(path, known)
            if why:
                text = f"{folder}/{ascii(path.name)[1:-1]} {why}; not used"
                found.append(file_finding("STRUCT-EXTRA", "W", "", text))
    return found


def _explain_unused(path: Path, known: Collection[str]) -> str:
    if not path.is_file():
        return "is no file"
    if path.suffix not in SUFFIXES:
        return f"is none of {', '.join(SUFFIXES)}"
    return "" if path.stem in known else "is no table that the parameters have there"
