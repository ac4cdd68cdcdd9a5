"""A parameter file cannot harm its reader: size, depth, aliases, numbers, odd characters."""

import os
from pathlib import Path

import pytest
from cheap_call import cheap

from helpers.errors import UsageError
from helpers.params.yaml_file import parse_yaml, read_yaml

FILE = Path("trial.yaml")
BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)


def refusal(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse_yaml(text, FILE)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_key_has_its_place():
    document = parse_yaml("a: 1\nb:\n  c:\n    - d: 2\n    - d: 3\n", FILE)
    assert document == {"a": 1, "b": {"c": [{"d": 2}, {"d": 3}]}}
    places = [document.place(key) for key in (("a",), ("b", "c", 1, "d"), ("b", "x"), ())]
    assert places == ["trial.yaml:1", "trial.yaml:5", "trial.yaml:2", "trial.yaml"]


def test_an_alias_is_refused_before_it_becomes_a_billion_values():
    with cheap(seconds=2, mebibytes=100):
        assert refusal(BOMB) == "trial.yaml:2: found an alias (*), allowed: the value written out"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: " + "[" * 100_000, "trial.yaml:1: nested deeper than 20 levels"),
        ("{a: " * 100_000, "trial.yaml:1: nested deeper than 20 levels"),
        ("\na: 1" + "0" * 400, "trial.yaml:2: found 10000000000000000000..., allowed: a number"),
        ("a: 1" + "0" * 5000, "found 10000000000000000000..., allowed: a number up to 10^15"),
        ("a: .nan", "found .nan, allowed: a number up to 10^15"),
        ("a: -.inf", "found -.inf, allowed: a number up to 10^15"),
        ("a: 2022-13-01", "found 2022-13-01, allowed: a date such as 2022-12-31"),
        ('a: "\\0"', "found the character U+0000, allowed: plain text"),
        ('a: "\\ud800"', "found the character U+D800, allowed: plain text"),
        ('a: "\\e[31m"', "found the character U+001B, allowed: plain text"),
        ("a: \0", "not readable as YAML"),
        ("a\ufeff: 1", "found the character U+FEFF, allowed: plain text"),
        ("a: b\u202ec", "found the character U+202E, allowed: plain text"),
        ("a: !!python/name:os.system", "found a tag (!), allowed: plain values"),
        ("a: !!binary x", "found a tag (!), allowed: plain values"),
        ("? [1]\n: 2", "found a key that is no word"),
        ("<<: {a: 1}", "found a key that is no word"),
        ("a: 1\nb: 2\na: 3", "trial.yaml:3: key 'a' is given twice"),
        ("a: {b: 1, b: 2}", "key 'b' is given twice"),
        ("a: 1\nb: [1", "trial.yaml:2: not readable as YAML"),
    ],
)
def test_what_no_parameter_file_needs_is_refused_with_its_line(text, says):
    assert says in refusal(text)


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "trial.yaml")
    with pytest.raises(UsageError, match=r"trial\.yaml: not readable as YAML: is no regular file"):
        read_yaml(tmp_path / "trial.yaml")


def test_a_file_of_many_pages_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "trial.yaml").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UsageError, match="is larger than 1 MiB"):
        read_yaml(tmp_path / "trial.yaml")
