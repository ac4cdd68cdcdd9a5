"""docs/blinding.md: each of thirty channels has a test that exists, or the risk that is left."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "blinding.md"
ROW = re.compile(r"^\| (\d+) \| (.*?) \| (.*) \|$", re.MULTILINE)


def test_every_channel_has_a_test_or_says_what_is_left() -> None:
    rows = ROW.findall(DOCUMENT.read_text())
    assert [number for number, _, _ in rows] == [str(n) for n in range(1, 31)]
    silent = {number for number, _, said in rows if not re.search(r"test_|tests/|\*\*left", said)}
    assert silent == set()


def test_every_test_that_the_document_names_exists() -> None:
    text = DOCUMENT.read_text()
    sources = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    for name in set(re.findall(r"`(test_\w+)`", text)):
        assert f"def {name}(" in sources, name
    for place in set(re.findall(r"`tests/([\w/.]+)`", text)):
        assert (TESTS / place).exists(), place
