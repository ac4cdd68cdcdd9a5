"""Files of analysis data -> data sets as they are: Parquet, text, XPT, Dataset-JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers.errors import UsageError
from helpers.imported.bounds import check_file
from helpers.imported.dataset_json import read_dataset_json
from helpers.imported.names import VARIABLE, name_from_file
from helpers.imported.parquet import read_parquet
from helpers.imported.source import NotUsed, Source, SourceError
from helpers.imported.texts import clean_text
from helpers.imported.xpt import read_xpt
from helpers.intake.file_problem import FileProblem
from helpers.intake.text_form import read_cells, recognise_form

TEXT = (".csv", ".tsv", ".txt")
READABLE = (".parquet", *TEXT, ".xpt", ".json", ".ndjson")
PERSON = "USUBJID"


@dataclass(frozen=True)
class Candidate:
    """A file that may hold a data set; `named` where the user gave it and not its folder."""

    path: Path
    named: bool


@dataclass(frozen=True)
class Unused:
    """A file that gave no data set, and why."""

    path: Path
    why: str


def find_sources(paths: Iterable[Path]) -> tuple[list[Candidate], list[Unused]]:
    """Files to read in the order of their names, and what else lies in the folders.

    Raises
    ------
    UsageError
        If a path does not exist.
    SourceError
        If a path is of an unknown kind, or two files hold one data set.
    """
    files: list[Candidate] = []
    unused: list[Unused] = []
    for path in paths:
        if path.is_dir():
            inside, others = _look_into(path)
            if not inside:
                raise SourceError(f"{path}: holds no {', '.join(READABLE)} file")
            files += inside
            unused += others
        elif not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        elif path.suffix.lower() not in READABLE:
            raise SourceError(f"{path}: is none of {', '.join(READABLE)}")
        else:
            files.append(Candidate(path, named=True))
    return sorted(files, key=lambda f: (f.path.name.lower(), str(f.path))), unused


def _look_into(folder: Path) -> tuple[list[Candidate], list[Unused]]:
    files: list[Candidate] = []
    unused: list[Unused] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            unused.append(Unused(path, "is a folder; name it to have it read"))
        elif path.suffix.lower() in READABLE:
            files.append(Candidate(path, named=False))
        else:
            unused.append(Unused(path, f"is none of {', '.join(READABLE)}"))
    return files, unused


def read_source(path: Path, encoding: str | None = None) -> Source:
    """One data set.

    Raises
    ------
    NotUsed
        If the file is in order, but holds no analysis data.
    SourceError
        If the file cannot be read; the message names the file and what to do.
    """
    try:
        check_file(path)
        return _with_clean_names(_read(path, path.suffix.lower(), encoding))
    except FileProblem as problem:
        raise SourceError(f"{path.name} {problem}") from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from None
    except MemoryError:
        raise SourceError(f"{path.name}: does not fit into memory; split the file") from None


def _read(path: Path, suffix: str, encoding: str | None) -> Source:
    if suffix == ".parquet":
        return read_parquet(path)
    if suffix == ".xpt":
        return read_xpt(path, encoding)
    if suffix in TEXT:
        return _read_text(path, encoding)
    return read_dataset_json(path)


def _with_clean_names(source: Source) -> Source:
    """Variables in capitals; a column whose name is none is left out and said."""
    names = {name: str(name).strip().upper() for name in source.frame.columns}
    twice = sorted({n for n in names.values() if list(names.values()).count(n) > 1 and n})
    if twice:
        raise SourceError(
            f"{source.path.name}: variable {', '.join(map(ascii, twice))} stands twice"
        )
    good = {old: new for old, new in names.items() if VARIABLE.fullmatch(new)}
    odd = [old for old in names if old not in good]
    said = tuple(
        (f"column {str(old)[:40]!a} has no name of a variable; left out",
         int(source.frame[old].notna().sum()))
        for old in odd
        if source.frame[old].notna().any()
    )  # fmt: skip
    return replace(
        source,
        frame=source.frame[list(good)].rename(columns=good).reset_index(drop=True),
        labels={good[n]: clean_text(text)[:200] for n, text in source.labels.items() if n in good},
        formats={good[name]: text for name, text in source.formats.items() if name in good},
        special={good[name]: cells for name, cells in source.special.items() if name in good},
        quirks=(*source.quirks, *said),
    )


def _read_text(path: Path, encoding: str | None) -> Source:
    form = recognise_form(path.read_bytes(), encoding)
    known = [name.strip().upper() for name in form.names]
    if path.suffix.lower() == ".txt" and PERSON not in known:
        raise NotUsed(f"{path.name}: is text, but no table with {PERSON}")
    twice = sorted({name for name in known if name and known.count(name) > 1})
    if twice:
        listed = ", ".join(map(ascii, twice[:5]))
        raise SourceError(f"{path.name}: variable {listed} stands twice")
    cells = read_cells(form)
    names = [name if name.strip() else f" {i + 1}" for i, name in enumerate(form.names)]
    again = _find_header_again(cells, form.names)
    frame = cells.set_axis(names, axis=1)[~again].reset_index(drop=True)
    quirks = tuple((quirk, len(frame)) for quirk in form.quirks)
    if again.any():
        quirks += (("lines repeat the header; left out", int(again.sum())),)
    return Source(name_from_file(path), path, frame, typed=False, quirks=quirks)


def _find_header_again(cells: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Lines that hold the names of the variables once more: files were put one behind another."""
    wanted = [name.strip().upper() for name in names]
    if len(wanted) < 2 or cells.empty:
        return pd.Series(False, index=cells.index)
    again = pd.Series(True, index=cells.index)
    for column, name in zip(cells.columns, wanted, strict=True):
        # only lines that agree so far are looked at: hardly any beyond the first column
        agree = cells.loc[again, column].astype(str).str.strip().str.upper() == name
        again = agree.reindex(again.index, fill_value=False)
        if not again.any():
            break
    return again
