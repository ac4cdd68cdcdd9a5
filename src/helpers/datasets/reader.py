"""For whom a view is built, and how arms enter it."""

from typing import NamedTuple

from helpers.masking.key import MaskKey


class Reader(NamedTuple):
    """An audience; with the seed `rehearse` arms are dealt anew, `key` gives their letters.

    Without a key that of the environment, see `find_key`.
    """

    audience: str
    rehearse: int | None = None
    key: MaskKey | None = None
