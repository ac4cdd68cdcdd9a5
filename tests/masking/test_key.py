"""The secret behind letters: where it may stand, and what is refused."""

import os
from pathlib import Path

import pytest

from helpers.errors import UsageError
from helpers.masking.key import TEST_KEY, VARIABLE, find_key, hide_key, read_key

SECRET = b"0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def write_key(path: Path, content: bytes = SECRET, mode: int = 0o600) -> str:
    path.write_bytes(content)
    path.chmod(mode)
    return f"file:{path}"


def test_a_key_is_read_from_a_file_of_its_owner_byte_by_byte(tmp_path: Path) -> None:
    found = read_key(write_key(tmp_path / "key", SECRET + b"\xff \x00"))
    assert found.secret == SECRET + b"\xff \x00"
    assert not found.test


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_line_end_of_a_file_is_no_part_of_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    """A shell drops it: the key of the file and of the variable are one key."""
    monkeypatch.setenv("OWN_KEY", SECRET.decode())
    in_file = read_key(write_key(tmp_path / "key", SECRET + end))
    assert in_file.secret == read_key("env:OWN_KEY").secret


def test_a_key_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_KEY", SECRET.decode())
    assert read_key("env:OWN_KEY").secret == SECRET
    monkeypatch.setenv(VARIABLE, SECRET.decode() + "x")
    assert find_key("", synthetic=True).secret == SECRET + b"x"
    assert find_key("env:OWN_KEY", synthetic=True).secret == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UsageError, match=r"others than its owner.*chmod 600") as refused:
        read_key(write_key(tmp_path / "key", mode=mode))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("length", [0, 1, 31])
def test_a_short_key_is_refused_in_one_line_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    short = b"k" * length
    monkeypatch.setenv("SHORT", short.decode())
    for reference in ("env:SHORT", write_key(tmp_path / "key", short)):
        with pytest.raises(
            UsageError, match=f"has {length} bytes, allowed: at least 32"
        ) as refused:
            read_key(reference)
        assert "\n" not in str(refused.value)
        assert length < 2 or short.decode() not in str(refused.value)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for reference, message in (
        (f"file:{tmp_path / 'none'}", "No such file"),
        (f"file:{tmp_path}", "cannot be read|is no file"),
        (f"file:{tmp_path / 'pipe'}", "is no file"),
        (write_key(tmp_path / "long", b"x" * 5000), "more than 4096 bytes"),
        ("env:NOT_THERE", "no such variable"),
    ):
        with pytest.raises(UsageError, match=message):
            read_key(reference)


def test_a_key_in_place_of_its_name_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="never the key itself") as refused:
        read_key(SECRET.decode())
    assert SECRET.decode() not in str(refused.value)


def test_only_invented_data_do_without_a_key() -> None:
    assert find_key("", synthetic=True) is TEST_KEY
    assert TEST_KEY.test
    with pytest.raises(UsageError, match=r"closed_masked needs a key of at least 32 random bytes"):
        find_key("", synthetic=False)


def test_a_key_is_out_of_the_environment_while_reports_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET.decode())
    monkeypatch.setenv("OWN_KEY", SECRET.decode())
    with hide_key("env:OWN_KEY"):
        assert not {VARIABLE, "OWN_KEY"} & set(os.environ)
    assert os.environ["OWN_KEY"] == os.environ[VARIABLE] == SECRET.decode()


def test_a_key_does_not_show_itself() -> None:
    assert SECRET.decode() not in repr(TEST_KEY.__class__(SECRET))
