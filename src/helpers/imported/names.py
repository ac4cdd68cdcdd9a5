"""Names that a file may give to its data set and to its variables.

They become file names and column names of an export, so nothing else than a name gets that far.
"""

import re
from pathlib import Path

from helpers.imported.source import SourceError

DATASET = re.compile(r"[a-z][a-z0-9_]{0,39}")
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
RULE = "a name is letters, digits and underscores, a letter first, 40 at most"


def name_from_content(name: str, path: Path) -> str:
    """Name of a data set as its file states it.

    Raises
    ------
    SourceError
        If it is no name: it could be a path.
    """
    lower = name.strip().lower()
    if not DATASET.fullmatch(lower):
        raise SourceError(f"{path.name}: calls its data set {name[:60]!a}; {RULE}")
    return lower


def name_from_file(path: Path) -> str:
    """Name of a data set after its file, other signs as underscores.

    Raises
    ------
    SourceError
        If no name is left.
    """
    name = re.sub(r"[^a-z0-9_]+", "_", path.stem.lower()).strip("_")
    if not DATASET.fullmatch(name):
        raise SourceError(f"{path.name!a}: gives no name for a data set; {RULE}; rename it")
    return name
