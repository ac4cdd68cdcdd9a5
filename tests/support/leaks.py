"""Every byte of a published folder, unpacked as far as it goes, as a curious reader would."""

import base64
import binascii
import contextlib
import gzip
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

DATA_URI = re.compile(r"data:[\w/+.;=-]*;base64,([A-Za-z0-9+/=\s]+)")
BASE64 = re.compile(r"^[A-Za-z0-9+/\s]{64,}={0,2}\s*$")
DEEPEST = 8


def read_all(folder: Path) -> dict[str, bytes]:
    """Content of every file below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def unpack(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes themselves and everything packed in them: archives, JSON, entities, base64, PNG."""
    yield content
    if depth == DEEPEST:
        return
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpack(archive.read(name), depth + 1)
    elif content[:2] == b"\x1f\x8b":
        yield from unpack(gzip.decompress(content), depth + 1)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        yield from _png_texts(content)
    else:
        yield from _unpack_text(content, depth)


def _unpack_text(content: bytes, depth: int) -> Iterator[bytes]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    if text.lstrip()[:1] in "{[" and text.strip():
        with contextlib.suppress(ValueError):
            yield from _walk_json(json.loads(text), depth)
    plain = html.unescape(text)
    if plain != text:
        yield plain.encode()
    packed = DATA_URI.findall(text) + ([text] if BASE64.match(text) else [])
    for piece in packed:
        try:
            yield from unpack(base64.b64decode(piece, validate=False), depth + 1)
        except (binascii.Error, ValueError):
            continue


def _walk_json(value: object, depth: int) -> Iterator[bytes]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key).encode()
            yield from _walk_json(inner, depth)
    elif isinstance(value, list):
        if all(isinstance(piece, str) for piece in value):
            yield from unpack("".join(value).encode(), depth + 1)  # lines of a notebook's cell
        else:
            for inner in value:
                yield from _walk_json(inner, depth)
    elif isinstance(value, str):
        yield from unpack(value.encode(), depth + 1)


def _png_texts(content: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        if kind in (b"tEXt", b"iTXt"):
            yield data
        elif kind == b"zTXt":
            yield zlib.decompress(data.split(b"\x00\x00", 1)[1])
        place += 12 + length


def find_in_bundle(folder: Path, *needles: bytes) -> list[str]:
    """Where any of the needles stands in a published folder, names of files included."""
    found = []
    for name, content in read_all(folder).items():
        for piece in (name.encode(), *unpack(content)):
            found += [f"{name}: {needle!r}" for needle in needles if needle in piece]
    return sorted(set(found))
