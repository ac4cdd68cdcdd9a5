"""Header of a SAS transport file: which variables stand where in a row, and where the rows are."""

from dataclasses import dataclass

from helpers.imported.source import SourceError

RECORD = 80
NUMERIC, CHARACTER = 1, 2
MOST_FIELDS = 32_767
HEADER = b"HEADER RECORD*******"
VERSIONS = {
    5: {"library": b"LIBRARY ", "member": b"MEMBER  ", "names": b"NAMESTR ", "rows": b"OBS     "},
    8: {"library": b"LIBV8   ", "member": b"MEMBV8  ", "names": b"NAMSTV8 ", "rows": b"OBSV8   "},
}
ENTRY_SIZES = (136, 140)  # of the description of a variable; 136 on VAX


@dataclass(frozen=True)
class Field:
    """Where one variable stands in a row; label and format as bytes of the file."""

    name: str
    numeric: bool
    start: int
    width: int
    label: bytes
    format: bytes


@dataclass(frozen=True)
class Layout:
    """`start` is where the rows begin; `stated_rows` is known only where the file says it."""

    dataset: str
    fields: tuple[Field, ...]
    row_length: int
    start: int
    stated_rows: int | None


def read_layout(content: bytes, name: str) -> Layout:
    """What the header of a transport file says.

    Raises
    ------
    SourceError
        If it is not that of a transport file with one data set.
    """
    version = next(
        (v for v, marks in VERSIONS.items() if content.startswith(HEADER + marks["library"])), None
    )
    if version is None:
        raise SourceError(f"{name}: is no SAS transport file")
    if len(content) % RECORD:
        raise SourceError(f"{name}: is cut short; it does not end with a whole record")
    marks = VERSIONS[version]
    member = _find(content, marks["member"], 0, name)
    names = _find(content, marks["names"], member, name)
    size = _read_number(content[member + 74 : member + 78], name)
    count = _read_number(content[names + 53 : names + 58], name)
    if size not in ENTRY_SIZES or not 0 < count <= MOST_FIELDS:
        raise SourceError(f"{name}: its header is damaged")
    entries = [
        content[at : at + size] for at in range(names + RECORD, names + RECORD + count * size, size)
    ]
    rows = _find(content, marks["rows"], names + RECORD + count * size, name)
    other = _search(content, marks["member"], rows)
    if other is not None:
        raise SourceError(f"{name}: holds more than one data set; write one file for each")
    fields = tuple(_read_field(entry, version, name) for entry in entries)
    if len({field.name.upper() for field in fields}) < count:
        raise SourceError(f"{name}: a variable stands twice")
    return Layout(
        dataset=_read_dataset_name(content, member, version),
        fields=fields,
        row_length=_measure_row(fields, name),
        start=rows + RECORD,
        stated_rows=_read_stated_rows(content[rows + 48 : rows + 63]) if version == 8 else None,
    )


def _search(content: bytes, mark: bytes, after: int) -> int | None:
    """First record from `after` on that begins with this mark; marks inside records are data."""
    at = content.find(HEADER + mark, after)
    while at >= 0 and at % RECORD:
        at = content.find(HEADER + mark, at + 1)
    return at if at >= 0 else None


def _find(content: bytes, mark: bytes, after: int, name: str) -> int:
    at = _search(content, mark, after)
    if at is None:
        raise SourceError(f"{name}: its header is not that of a SAS transport file")
    return at


def _read_number(digits: bytes, name: str) -> int:
    if not digits.strip().isdigit():
        raise SourceError(f"{name}: its header is damaged")
    return int(digits)


def _read_stated_rows(digits: bytes) -> int | None:
    """Version 8 may state the number of rows; zeros mean that it does not."""
    return (int(digits) or None) if digits.strip().isdigit() else None


def _read_dataset_name(content: bytes, member: int, version: int) -> str:
    at = member + 2 * RECORD + 8
    return content[at : at + (8 if version == 5 else 32)].decode("ascii", "replace").strip(" \0")


def _read_field(entry: bytes, version: int, name: str) -> Field:
    kind, width = int.from_bytes(entry[0:2], "big"), int.from_bytes(entry[4:6], "big")
    long_name = entry[88:120].replace(b"\0", b" ").strip() if version == 8 else b""
    own = (long_name or entry[8:16].strip(b" \0")).decode("ascii", "replace")
    widths = range(2, 9) if kind == NUMERIC else range(1, 32_768)
    if kind not in (NUMERIC, CHARACTER) or width not in widths:
        raise SourceError(f"{name}: its header is damaged (variable {own[:32]!a})")
    start = int.from_bytes(entry[84:88], "big")
    return Field(own, kind == NUMERIC, start, width, entry[16:56], entry[56:64])


def _measure_row(fields: tuple[Field, ...], name: str) -> int:
    """Length of a row; its variables stand side by side, without gap or overlap."""
    end = 0
    for field in sorted(fields, key=lambda f: f.start):
        if field.start != end:
            raise SourceError(f"{name}: its header is damaged (variable {field.name[:32]!a})")
        end = field.start + field.width
    return end
