"""Files packed in files: archives, pictures with texts, pictures in pages."""

import base64
import io
import struct
import zipfile
import zlib


def zip_up(content: bytes, name: str = "a.txt", **about: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.comment = about.get("comment", b"")
        archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        archive.comment = about.get("archive", b"")
    return buffer.getvalue()


def draw_png(*chunks: tuple[bytes, bytes], after: bytes = b"") -> bytes:
    """A PNG of nothing but the chunks given."""
    packed = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (*chunks, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + packed + after


def in_page(content: bytes, kind: str = "image/png") -> bytes:
    return b'<img src="data:%b;base64,%b">' % (kind.encode(), base64.b64encode(content))
