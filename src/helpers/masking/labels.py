"""Which letter stands for which arm: a permutation that only the key decides."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from helpers.errors import InterimError, UsageError
from helpers.masking.key import MaskKey

LETTERS = ("A", "B", "C", "D", "E", "F")
FEWEST = 2
_BYTES = 256
_KEY_BYTES = 5  # 40 bits: eight letters of base32
KEY_PATTERN = "[A-Z2-7]{8}"


def draw_labels(
    key: MaskKey, trial_id: str, arms: Sequence[str], interim_id: str = ""
) -> dict[str, str]:
    """Letter of each arm (ARMCD): a Fisher-Yates shuffle fed by the key.

    The same key and trial give the same letters at every interim, whatever the order of `arms`:
    no number of participants, date or order of data enters. With an `interim_id` the letters are
    those of that interim alone: what they are at another cannot be told from them.

    Raises
    ------
    UsageError
        If the trial has one arm, or more arms than letters.
    """
    codes = sorted(arms)
    check_arms(codes)
    stream = stream_bytes(key, trial_id, interim_id)
    for last in range(len(codes) - 1, 0, -1):
        other = draw_below(stream, last + 1)
        codes[last], codes[other] = codes[other], codes[last]
    return dict(sorted(zip(codes, LETTERS, strict=False)))


def check_arms(arms: Sequence[str]) -> None:
    """Stop where letters would mask nothing, or there are too few of them.

    Raises
    ------
    UsageError
        With the number of arms.
    """
    if not FEWEST <= len(arms) <= len(LETTERS):
        raise UsageError(
            f"closed_masked: the trial has {len(arms)} arm{'s' if len(arms) > 1 else ''}, allowed: "
            f"{FEWEST} to {len(LETTERS)}; leave the audience out"
        )
    letters = sorted(set(arms) & set(LETTERS))
    if letters:
        raise UsageError(
            f"closed_masked: arm {letters[0]} of trial.yaml is called like a letter that masks "
            "arms; give it another code and label"
        )


def stream_bytes(key: MaskKey, trial_id: str, interim_id: str = "") -> Iterator[int]:
    """Bytes of HMAC-SHA256 over a counter, without end."""
    drawn = f"{trial_id}|{interim_id}" if interim_id else trial_id
    for counter in count():
        yield from key.sign(f"arm-label|v1|{drawn}|{counter}")


def draw_below(stream: Iterator[int], limit: int) -> int:
    """A number from 0 to `limit` - 1, each as likely: bytes that would favour some are left out."""
    fair = _BYTES - _BYTES % limit
    return next(byte for byte in stream if byte < fair) % limit


def seal_labels(key: MaskKey, labels: Mapping[str, str], interim_id: str = "") -> str:
    """HMAC of the letters, in hexadecimal: shows at unmasking that they were not changed.

    A plain digest would give them away: with three arms there are six possibilities to try. That of
    letters of one interim has its `interim_id` in it: else equal seals would tell that two interims
    were dealt the same letters.
    """
    written = ",".join(f"{code}={labels[code]}" for code in sorted(labels))
    sealed = f"{interim_id}|{written}" if interim_id else written
    return key.sign(f"seal|{sealed}").hex()


def name_participants(key: MaskKey, interim_id: str, subjects: Iterable[str]) -> dict[str, str]:
    """Key of each participant (SUBJID) in one report, new at each interim.

    So nobody whom a site knows can be followed from one report to the next to learn a letter.

    Raises
    ------
    InterimError
        If two participants get one key.
    """
    named = {
        subject: base64.b32encode(key.sign(f"person|{interim_id}|{subject}")[:_KEY_BYTES]).decode()
        for subject in sorted(set(subjects))
    }
    if len(set(named.values())) < len(named):
        raise InterimError(
            f"closed_masked: two participants of {interim_id} get one key; take another mask key"
        )
    return named
