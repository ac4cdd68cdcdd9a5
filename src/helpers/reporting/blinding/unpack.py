"""What is packed in the bytes of a file: archives, pictures in pages, texts in pictures."""

import base64
import binascii
import contextlib
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from helpers.errors import RunError

DEEPEST = 8
LARGEST = 512 * 2**20  # bytes that one file may unpack to
_ZIP, _GZIP, _PNG = b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG\r\n\x1a\n"
_PACKED = (_ZIP, _GZIP, _PNG, b"\xff\xd8\xff", b"GIF8", b"%PDF")
_RUN = re.compile(r"(?<=;base64,)[A-Za-z0-9+/\s]+={0,2}|[A-Za-z0-9+/\r\n]{64,}={0,2}")
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


class Piece(NamedTuple):
    """Bytes found in a file, and where: `page.html`, `page.html: packed 2`, `a.zip: b.csv`."""

    where: str
    content: bytes

    @property
    def is_text(self) -> bool:
        """Whether it can be read as UTF-8."""
        try:
            self.content.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True


def unpack(where: str, content: bytes) -> Iterator[Piece]:
    """A file and everything packed in it, one piece each, outermost first.

    Looked into are zip and gzip archives, base64 in texts, and the texts of PNG pictures.

    Raises
    ------
    RunError
        If an archive cannot be read, or what is packed is too deep or too large to be looked at.
    """
    left = LARGEST
    for piece in _unpack(Piece(where, content), 0):
        left -= len(piece.content)
        if left < 0:
            raise RunError(f"{where}: unpacks to more than {LARGEST >> 20} MB; not looked through")
        yield piece


def _unpack(piece: Piece, depth: int) -> Iterator[Piece]:
    if depth > DEEPEST:
        raise RunError(f"{piece.where}: packed more than {DEEPEST} times; not looked through")
    yield piece
    try:
        for inner in _open(piece):
            yield from _unpack(inner, depth + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError):
        raise RunError(f"{piece.where}: a packed file that cannot be read") from None


def _open(piece: Piece) -> Iterator[Piece]:
    """What is packed in one piece, one level down."""
    where, content = piece
    if content.startswith(_ZIP):
        yield from _open_zip(where, content)
    elif content.startswith(_GZIP):
        yield Piece(f"{where}: unpacked", _read_limited(gzip.GzipFile(fileobj=io.BytesIO(content))))
    elif content.startswith(_PNG):
        yield from (Piece(f"{where}: {kind}", text) for kind, text in read_png_texts(content))
    elif piece.is_text:
        texts = read_texts(content)
        packed = (found for text in texts for found in find_base64(text))
        yield from (Piece(f"{where}: packed {n}", found) for n, found in enumerate(packed, start=1))


def _open_zip(where: str, content: bytes) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.comment:
            yield Piece(f"{where}: comment", archive.comment)
        for member in archive.infolist():
            about = member.comment + member.extra
            if about:
                yield Piece(f"{where}: {member.filename}: about it", about)
            if not member.is_dir():
                with archive.open(member) as file:
                    yield Piece(f"{where}: {member.filename}", _read_limited(file))


def _read_limited(file: Any) -> bytes:
    content: bytes = file.read(LARGEST + 1)
    return content


def find_base64(text: str) -> list[bytes]:
    """What is written in base64 in a text, in one line or broken into several: files and texts."""
    found = []
    for run in _RUN.findall(text):
        joined = "".join(run.split())
        try:
            content = base64.b64decode(joined + "=" * (-len(joined) % 4))
        except (binascii.Error, ValueError):
            continue
        if content.startswith(_PACKED) or Piece("", content).is_text:
            found.append(content)
    return found


def read_png_texts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Texts that a PNG carries beside its picture, by the kind of their chunk."""
    place = len(_PNG)
    while place + 8 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        if kind in _PNG_TEXTS:
            yield kind.decode(), _read_chunk(kind, data)
        place += 12 + length
    rest = content[place:]
    if rest:
        yield "after its end", rest


def _read_chunk(kind: bytes, data: bytes) -> bytes:
    keyword, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        return keyword + b"\n" + zlib.decompress(rest[1:])
    if kind == b"iTXt" and rest[:1] == b"\x01":
        language, translated, text = rest[2:].split(b"\x00", 2)
        return b"\n".join((keyword, language, translated, zlib.decompress(text)))
    return data.replace(b"\x00", b"\n")


def read_texts(content: bytes) -> list[str]:
    """Texts of a file in UTF-8: every one in a JSON value, keys included, else the file as one."""
    text = content.decode("utf-8")
    if text.lstrip()[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            return list(walk_texts(json.loads(text)))
    return [text]


def walk_texts(value: object) -> Iterator[str]:
    """Every text in a JSON value, keys included; a list of texts, as lines of a cell, as one."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from walk_texts(inner)
    elif isinstance(value, list):
        if value and all(isinstance(piece, str) for piece in value):
            yield "".join(value)
        else:
            for inner in value:
                yield from walk_texts(inner)
    elif isinstance(value, str):
        yield value
