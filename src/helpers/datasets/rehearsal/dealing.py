"""Who gets whose arm in a rehearsal."""

import hashlib
import hmac
from collections.abc import Collection, Mapping

import pandas as pd

from helpers.intake.schema import SOURCE_ROW


def deal_participants(
    participants: Collection[str], seed: int, closed: Mapping[str, pd.DataFrame]
) -> dict[str, str]:
    """From each participant to the one whose arm stands in for the own: a permutation.

    Every order is equally likely, and the same seed and tables give the same. The key rests on the
    `closed` tables as well: who knows the seed and a rehearsed page, but not them, cannot turn it
    back.
    """
    key = hashlib.sha256(f"rehearsal|{seed}|{digest_tables(closed)}".encode()).digest()
    ordered = sorted(participants)
    dealt = sorted(ordered, key=lambda name: draw(key, name))
    return dict(zip(ordered, dealt, strict=True))


def draw(key: bytes, name: str) -> bytes:
    """A number that nobody can foretell without the key."""
    return hmac.new(key, name.encode(), hashlib.sha256).digest()


def digest_tables(tables: Mapping[str, pd.DataFrame]) -> str:
    """SHA-256 of what stands in tables, whatever the order of their rows."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        frame = tables[name].drop(columns=SOURCE_ROW, errors="ignore")
        cells = frame[sorted(frame)].astype("string").fillna("")
        rows = sorted("|".join(row) for row in cells.itertuples(index=False))
        digest.update("\n".join([name, *sorted(frame), *rows]).encode())
    return digest.hexdigest()
