"""Letters in place of arms: what decides them, and what does not."""

import hashlib
import hmac
import re
from collections import Counter

import pytest

from helpers.errors import InterimError, UsageError
from helpers.masking.key import MaskKey
from helpers.masking.labels import (
    KEY_PATTERN,
    draw_below,
    draw_labels,
    name_participants,
    seal_labels,
    stream_bytes,
)

KEY = MaskKey(b"a key of the tests, long enough to be one")
ARMS = ("IV", "IT", "CTL")
TRIAL = "NCT05292625"


def make_key(number: int) -> MaskKey:
    return MaskKey(hashlib.sha256(f"key {number}".encode()).digest())


def test_the_stream_is_hmac_over_a_counter() -> None:
    stream = stream_bytes(KEY, TRIAL)
    found = bytes(next(stream) for _ in range(64))
    blocks = [f"arm-label|v1|{TRIAL}|{n}".encode() for n in (0, 1)]
    assert found == b"".join(hmac.digest(KEY.secret, block, "sha256") for block in blocks)


def test_a_byte_that_would_favour_a_number_is_passed_by() -> None:
    # 255 = 3 * 85: only 255 itself is left over
    assert draw_below(iter([255, 255, 254]), 3) == 2
    assert draw_below(iter([252, 7]), 5) == 2
    assert draw_below(iter([255]), 2) == 1


def test_a_key_gives_the_same_letters_whatever_the_order_of_arms() -> None:
    first = draw_labels(KEY, TRIAL, ARMS)
    assert sorted(first) == sorted(ARMS)
    assert sorted(first.values()) == ["A", "B", "C"]
    for order in (("IT", "CTL", "IV"), ("CTL", "IV", "IT"), ("CTL", "IT", "IV")):
        assert draw_labels(KEY, TRIAL, order) == first


def test_letters_by_hand() -> None:
    """Bytes of the stream, drawn again in plain steps."""
    block = hmac.digest(KEY.secret, f"arm-label|v1|{TRIAL}|0".encode(), "sha256")
    first = next(place for place, byte in enumerate(block) if byte < 255)
    codes = ["CTL", "IT", "IV"]
    one = block[first] % 3
    codes[2], codes[one] = codes[one], codes[2]
    two = block[first + 1] % 2
    codes[1], codes[two] = codes[two], codes[1]
    assert draw_labels(KEY, TRIAL, ARMS) == dict(zip(codes, "ABC", strict=True))


def test_six_thousand_keys_give_each_of_the_six_maps_equally_often() -> None:
    found = Counter(tuple(draw_labels(make_key(n), TRIAL, ARMS).values()) for n in range(6000))
    assert len(found) == 6
    assert all(abs(times - 1000) <= 130 for times in found.values()), found


def test_one_bit_of_the_key_changes_the_stream() -> None:
    changed = MaskKey(bytes([KEY.secret[0] ^ 1]) + KEY.secret[1:])
    one, other = stream_bytes(KEY, TRIAL), stream_bytes(changed, TRIAL)
    assert [next(one) for _ in range(32)] != [next(other) for _ in range(32)]


@pytest.mark.parametrize("number", [1, 7])
def test_a_trial_of_one_arm_or_more_than_six_has_no_letters(number: int) -> None:
    with pytest.raises(UsageError, match=rf"the trial has {number} arms?, allowed: 2 to 6"):
        draw_labels(KEY, TRIAL, [f"ARM{n}" for n in range(number)])


@pytest.mark.parametrize("number", [2, 4, 6])
def test_two_to_six_arms_have_letters(number: int) -> None:
    labels = draw_labels(KEY, TRIAL, [f"ARM{n}" for n in range(number)])
    assert sorted(labels.values()) == list("ABCDEF")[:number]


def test_an_arm_called_like_a_letter_is_refused() -> None:
    with pytest.raises(UsageError, match=r"arm B of trial\.yaml is called like a letter"):
        draw_labels(KEY, TRIAL, ["B", "X"])


def test_the_seal_tells_of_key_and_letters_and_is_no_plain_digest() -> None:
    labels = draw_labels(KEY, TRIAL, ARMS)
    written = ",".join(f"{code}={labels[code]}" for code in sorted(labels))
    assert (
        seal_labels(KEY, labels)
        == hmac.digest(KEY.secret, f"seal|{written}".encode(), "sha256").hex()
    )
    swapped = {**labels, "IV": labels["IT"], "IT": labels["IV"]}
    assert seal_labels(KEY, swapped) != seal_labels(KEY, labels)
    assert seal_labels(make_key(1), labels) != seal_labels(KEY, labels)
    assert seal_labels(KEY, labels) != hashlib.sha256(written.encode()).hexdigest()


def test_keys_of_participants_are_new_at_each_interim() -> None:
    subjects = [f"{n:03d}" for n in range(1, 501)]
    first, second = (name_participants(KEY, name, subjects) for name in ("IA3", "FIN"))
    assert first == name_participants(KEY, "IA3", reversed(subjects))
    assert len(set(first.values())) == 500
    assert all(re.fullmatch(KEY_PATTERN, name) for name in first.values())
    assert not set(first.values()) & set(second.values())
    assert hmac.digest(KEY.secret, b"person|IA3|001", "sha256")[:5].hex() not in first["001"]


def test_two_participants_with_one_key_stop_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MaskKey, "sign", lambda key, message: b"\0" * 32)
    with pytest.raises(InterimError, match="two participants of IA3 get one key"):
        name_participants(KEY, "IA3", ["001", "002"])
