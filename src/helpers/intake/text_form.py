"""The form of a text file: its encoding, its line ends, what stands between its cells.

A file that was saved by another program, or in another country, has another form. It is recognised
from the file alone and every deviation from the agreed form is said in words; what cannot be
recognised is refused with one line.
"""

import codecs
import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from helpers.intake.file_problem import FileProblem

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAMPLE = 1 << 16  # bytes in which the separator is looked for
BOM = b"\xef\xbb\xbf"
LINE_ENDS = {
    b"\r\n": "has Windows line ends; read as if they were \\n",
    b"\r": "has line ends of old Macintosh files (\\r); read as if they were \\n",
}
STATED = re.compile(rb"[\"']?sep=(.)[\"']?\n", re.IGNORECASE)


@dataclass(frozen=True)
class TextForm:
    r"""A text file in the agreed form: UTF-8, lines that end in \n, its header first.

    `quirks` say, as the end of a sentence that begins with the file's name, what was not so;
    `start` and `ends` are what stood before the header, and at the end of each line.
    """

    names: tuple[str, ...]
    separator: str
    quirks: tuple[str, ...]
    content: bytes = field(repr=False)
    start: bytes = b""
    ends: bytes = b"\n"

    def restore(self, content: bytes) -> bytes:
        """Other rows, written in the agreed form, in the form that this file came in."""
        return self.start + content.replace(b"\n", self.ends)


def recognise_form(content: bytes, encoding: str | None = None) -> TextForm:
    """A text file in the agreed form, whatever form it came in.

    Parameters
    ----------
    encoding : of the text, where it is known not to be UTF-8

    Raises
    ------
    FileProblem
        If the file is empty, binary, of another encoding, or its header cannot be read.
    """
    quirks = []
    start = b""
    if not content.strip():
        raise FileProblem("is empty; an empty table still needs its header line")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content[:200]:
        raise FileProblem("is UTF-16 or binary; save it as UTF-8")
    if content.startswith(BOM):
        content, start = content[len(BOM) :], BOM
        quirks.append("starts with a byte-order mark; read without it")
    content = _to_utf8(content, encoding)
    ends = _find_line_ends(content)
    content = content.replace(ends, b"\n")
    quirks += [LINE_ENDS[ends]] if ends in LINE_ENDS else []
    stated = STATED.match(content)
    if stated:
        content, start = content[stated.end() :], start + stated[0].replace(b"\n", ends)
        quirks.append("begins with a line that states the separator; left out")
    content = content.lstrip(b"\n")
    if not content.strip():
        raise FileProblem("is empty; an empty table still needs its header line")
    separator = stated[1].decode("latin-1") if stated else find_separator(content)
    if separator not in SEPARATORS:
        allowed = ", ".join(SEPARATORS.values())
        raise FileProblem(f"states the separator {separator!a}, allowed: {allowed}")
    if separator != ",":
        quirks.append(f"has {SEPARATORS[separator]} between its cells; read by them")
    names = _read_names(content, separator)
    return TextForm(names, separator, tuple(quirks), content, start, ends)


def _to_utf8(content: bytes, encoding: str | None) -> bytes:
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        where = "header line" if line == 1 else f"line {line}"
        known = encoding or "UTF-8"
        raise FileProblem(f"is not {known} ({where}); save it as UTF-8") from None
    except LookupError:
        raise FileProblem(f"cannot be read: encoding {encoding!a} is not known") from None
    return text.encode() if encoding and codecs.lookup(encoding).name != "utf-8" else content


def _find_line_ends(content: bytes) -> bytes:
    r"""What ends the lines; a lone \r inside a file that has others belongs to a cell."""
    if b"\r\n" in content:
        return b"\r\n"
    return b"\r" if b"\r" in content and b"\n" not in content else b"\n"


def find_separator(content: bytes) -> str:
    """What stands between the cells: the sign of the header that gives rows of its length."""
    sample = content[:SAMPLE].decode("utf-8", "ignore")
    lines = sample.split("\n")
    lines = lines[:-1] if len(content) > SAMPLE and len(lines) > 1 else lines
    header = re.sub(r'"[^"]*"', "", lines[0])
    present = [sign for sign in SEPARATORS if sign in header]
    if len(present) < 2:
        return present[0] if present else ","
    ranked = sorted(present, key=lambda sign: (not _fits(lines, sign), -header.count(sign)))
    return ranked[0]


def _fits(lines: list[str], separator: str) -> bool:
    """Whether every row of a sample has as many cells as the header."""
    try:
        rows = list(csv.reader("\n".join(lines).splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        return False
    lengths = {len(row) for row in rows if row}
    return len(lengths) == 1


def _read_names(content: bytes, separator: str) -> tuple[str, ...]:
    line = content.split(b"\n", 1)[0].decode("utf-8")
    if line.count('"') % 2:
        raise FileProblem("has a quote that is not closed in its header line")
    try:
        return tuple(next(csv.reader([line], delimiter=separator)))
    except (csv.Error, TypeError):
        raise FileProblem("has a header line that cannot be read; check quotes") from None


def read_cells(form: TextForm, columns: Collection[int] | None = None) -> pd.DataFrame:
    """Cells as text, empty ones null, in file order; a column is called by its place from 0.

    Parameters
    ----------
    columns : places of the columns wanted; None for all

    Raises
    ------
    FileProblem
        If a row has too few or too many cells, or a quote that is not closed took rows in.
    """
    places = [str(i) for i in range(len(form.names))]
    wanted = places if columns is None else [str(i) for i in sorted(columns)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(form.content),
            # one block for ordinary files: a quoted cell may be larger than the default block
            read_options=pa.csv.ReadOptions(
                use_threads=False,
                block_size=min(max(len(form.content) + 1, 1 << 16), 1 << 28),
                column_names=places,
                skip_rows=1,
            ),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, delimiter=form.separator),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowException as error:
        raise FileProblem(_explain(str(error))) from None
    frame = table.to_pandas(deduplicate_objects=True)
    frame = frame.astype(object)
    _check_quotes(frame, form)
    return frame


def _check_quotes(frame: pd.DataFrame, form: TextForm) -> None:
    """A quote that opens a cell and is closed rows later makes one cell of those rows.

    Such a cell holds, for each of its line breaks, as many separators as a whole row.
    """
    if form.content.count(b"\n") == len(frame) + form.content.endswith(b"\n"):
        return  # no cell holds a line break
    for name in frame.columns:
        for cell in set(frame[name].dropna()):
            breaks = cell.count("\n")
            if breaks and cell.count(form.separator) == breaks * (len(form.names) - 1) > 0:
                row = int((frame[name] == cell).to_numpy().argmax()) + 2
                raise FileProblem(
                    f"row {row} opens a quote that is closed {breaks} lines later, and holds whole "
                    "rows in one cell; check quotes"
                )


def _explain(message: str) -> str:
    """Arrow's message without the content of the row, which may not be for every reader."""
    ragged = re.search(r"(?:Row #(\d+): )?Expected (\d+) columns, got (\d+)", message)
    if ragged:
        row, expected, got = ragged.groups()
        where = f"line {row} has" if row else "a row has"
        return f"{where} {got} cells, the header has {expected}; check quotes and commas"
    return "cannot be parsed as CSV; check quotes and line ends"
