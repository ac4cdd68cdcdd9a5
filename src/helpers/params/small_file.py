"""Files of a few pages, such as parameters: their size is known before they are read."""

import os
import re
import stat
from pathlib import Path

LARGEST = 1 << 20  # bytes
# No text has these: control characters (line feed and tab apart), halves of a surrogate pair, and
# characters that cannot be seen: they make a key another one, or turn the direction of reading.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class UnreadableFileError(Exception):
    """A small file that cannot be used, in words for a message that names the file."""


def read_small_file(path: Path) -> str:
    """Text of a regular file of at most one mebibyte.

    Raises
    ------
    UnreadableFileError
        If there is none, it is no regular file (a pipe would never end), too large, or not UTF-8.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe without a writer would wait
    except FileNotFoundError:
        raise UnreadableFileError("no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError(f"cannot be read ({reason})") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadableFileError("is no regular file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableFileError(f"is larger than {LARGEST >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFileError("is not UTF-8") from None


def find_odd_character(text: str) -> str | None:
    """Code point of the first character that no text has, such as U+0000, or None."""
    found = _ODD.search(text.replace("\r\n", "\n"))
    return None if found is None else f"U+{ord(found[0]):04X}"
