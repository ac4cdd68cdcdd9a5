"""What is packed in a file is looked into, however deep."""

import base64
import gzip
import json
import zlib

import pytest
from packed import draw_png, in_page, zip_up

from helpers.errors import RunError
from helpers.reporting.blinding import unpack as unpacking
from helpers.reporting.blinding.unpack import unpack

WORD = b"Qx7Zcanary stands here, and round it enough text to be packed in base64 in one piece"


PLACES = {
    "as it is": WORD,
    "zip": zip_up(WORD),
    "name in a zip": zip_up(b"", name="Qx7Zcanary.txt"),
    "comment of a zip": zip_up(b"", archive=WORD),
    "comment of a member": zip_up(b"", comment=WORD),
    "gzip": gzip.compress(WORD),
    "gzip in a zip in a gzip": gzip.compress(zip_up(gzip.compress(WORD))),
    "text of a PNG": draw_png((b"tEXt", b"Comment\x00" + WORD)),
    "packed text of a PNG": draw_png((b"zTXt", b"Comment\x00\x00" + zlib.compress(WORD))),
    "international text of a PNG": draw_png((b"iTXt", b"C\x00\x00\x00\x00\x00" + WORD)),
    "packed international text": draw_png(
        (b"iTXt", b"C\x00\x01\x00\x00\x00" + zlib.compress(WORD))
    ),
    "camera data of a PNG": draw_png((b"eXIf", WORD)),
    "behind a PNG": draw_png(after=WORD),
    "PNG in a page": in_page(draw_png((b"tEXt", b"Comment\x00" + WORD))),
    "SVG in a page": in_page(b"<svg><!--" + WORD + b"--></svg>", "image/svg+xml"),
    "JSON": json.dumps({"cells": [{"source": [WORD.decode()]}]}).encode(),
    "PNG in lines of JSON": json.dumps(
        {"image/png": base64.encodebytes(draw_png((b"tEXt", b"C\x00" + WORD))).decode()}
    ).encode(),
    "zip in base64": base64.b64encode(zip_up(WORD * 3)),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_packed_is_found(place):
    pieces = list(unpack("file", PLACES[place]))
    assert any(b"Qx7Zcanary" in piece.content or "Qx7Zcanary" in piece.where for piece in pieces)
    assert all(piece.where.startswith("file") for piece in pieces)


def test_a_piece_says_where_it_lies():
    packed = zip_up(in_page(draw_png((b"tEXt", b"Comment\x00x"))), "safety.html")
    assert [piece.where for piece in unpack("r.zip", packed)] == [
        "r.zip",
        "r.zip: safety.html",
        "r.zip: safety.html: packed 1",
        "r.zip: safety.html: packed 1: tEXt",
    ]


def test_a_text_that_only_looks_packed_is_a_text():
    digest = b"0" * 64 + b"\n" + bytes(range(97, 123)) * 4
    assert [piece.where for piece in unpack("file", digest)][:1] == ["file"]


def test_what_cannot_be_looked_through_is_an_error(monkeypatch):
    with pytest.raises(RunError, match="a packed file that cannot be read"):
        list(unpack("file", gzip.compress(WORD)[:-9]))
    with pytest.raises(RunError, match="cannot be read"):
        list(unpack("file", b"PK\x03\x04 nonsense"))
    deep = WORD
    for _ in range(12):
        deep = gzip.compress(deep)
    with pytest.raises(RunError, match="packed more than 8 times"):
        list(unpack("file", deep))
    monkeypatch.setattr(unpacking, "LARGEST", 2**20)
    with pytest.raises(RunError, match="unpacks to more than 1 MB"):
        list(unpack("file", gzip.compress(b"0" * 2**22)))
