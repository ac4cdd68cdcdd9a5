"""Files of an export -> text tables: every value first as text, only the columns asked for."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.intake.file_problem import FileProblem as FileProblem
from helpers.intake.read_parquet import list_parquet_columns, read_parquet_text
from helpers.intake.text_form import TextForm, read_cells, recognise_form

SUFFIXES = (".csv", ".parquet")
LARGEST = 4 << 30  # bytes of a CSV file: far above 30,000 participants
COLUMNS = 2000


@dataclass(frozen=True)
class TableFile:
    """A file of a raw table, its header read; `form` is that of a text file, None of Parquet."""

    path: Path
    names: tuple[str, ...]
    form: TextForm | None = field(repr=False)

    @property
    def quirks(self) -> tuple[str, ...]:
        """Harmless deviations from the agreed form, each as the end of a sentence."""
        return () if self.form is None else self.form.quirks

    def read(self, columns: Collection[str]) -> pd.DataFrame:
        """Rows as text, `columns` only, empty cells null, in file order.

        Raises
        ------
        FileProblem
            If the file is unreadable, or a row has too few or too many cells.
        """
        if self.form is None:
            wanted = [name for name in self.names if name in columns]
            frame = read_parquet_text(self.path, wanted).to_pandas(deduplicate_objects=True)
            return frame.astype(object).where(frame.notna(), None)
        places = [i for i, name in enumerate(self.names) if name in columns]
        return read_cells(self.form, places).set_axis([self.names[i] for i in places], axis=1)


def open_table(path: Path) -> TableFile:
    """A file with its header, whatever form it came in.

    Raises
    ------
    FileProblem
        If the file is empty, of another encoding, unreadable, or names a column twice.
    """
    if path.suffix == ".parquet":
        form, names = None, tuple(list_parquet_columns(path))
    else:
        form = recognise_form(_read_bytes(path))
        names = form.names
    if len(names) > COLUMNS:
        raise FileProblem(f"has {len(names)} columns, allowed: at most {COLUMNS}")
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise FileProblem(f"column {', '.join(twice)} stands twice in the header; keep one")
    return TableFile(path, names, form)


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise FileProblem(f"is larger than {LARGEST >> 30} GiB")
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(f"cannot be read: {error.strerror}") from None


def find_table(folder: Path, name: str) -> Path | None:
    """File of a raw table in `folder`: CSV, else Parquet; None when there is neither."""
    paths = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    return next((path for path in paths if path.is_file()), None)


def check_alone(path: Path) -> None:
    """The table is not there in another format as well.

    Raises
    ------
    FileProblem
        If it is: which of them is the latest, nobody can know.
    """
    others = (path.with_suffix(suffix) for suffix in SUFFIXES if suffix != path.suffix)
    for other in others:
        if other.is_file():
            raise FileProblem(f"and {other.name} are both there; keep one")


def read_header(path: Path) -> list[str]:
    """Column names of a table file.

    Raises
    ------
    FileProblem
        As `open_table`.
    """
    return list(open_table(path).names)


def read_text(path: Path, columns: Collection[str]) -> pd.DataFrame:
    """Rows of a table file as text, `columns` only, empty cells null, in file order.

    Raises
    ------
    FileProblem
        If the file is unreadable, of another encoding, there in two formats, or a row has too few
        or too many cells.
    """
    check_alone(path)
    return open_table(path).read(columns)
