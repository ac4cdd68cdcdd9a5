"""What a run says while it works, where there is no terminal."""

import datetime as dt

import pytest

from helpers.commands.listener import PlainLines
from helpers.commands.stopwatch import Stopwatch

NOON = dt.datetime(2026, 1, 1, 12, 0, 5)


def follow(*seconds: float) -> PlainLines:
    """Lines at noon; the stopwatch reads these seconds, one after the other."""
    readings = iter((0.0, *seconds))
    return PlainLines(Stopwatch(lambda: next(readings)), lambda: NOON)


def test_a_report_that_is_made_and_then_not_written_counts_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = follow()
    lines.begin(2)
    lines.finish("safety", "")
    lines.finish("safety", "no space left")
    lines.finish("efficacy", "")
    assert capsys.readouterr().err.splitlines() == [
        "12:00:05 2 reports to make",
        "12:00:05 [1/2] safety: done",
        "12:00:05 [1/2] safety: failed: no space left",
        "12:00:05 [2/2] efficacy: done",
    ]


def test_a_reason_why_several_reports_failed_is_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = follow()
    lines.begin(3)
    lines.finish("safety", "no space left")
    lines.finish("efficacy", "no space left")
    lines.skip("another")
    assert capsys.readouterr().err.splitlines() == [
        "12:00:05 3 reports to make",
        "12:00:05 [1/3] safety: failed: no space left",
        "12:00:05 [2/3] efficacy: failed: for the same reason",
    ]


def test_a_line_says_when_it_was_written_and_how_long_the_report_took(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = follow(1.0, 2.0, 7.26, 9.0)
    lines.advance("safety", 1, 30)
    lines.advance("safety", 2, 30)
    lines.finish("safety", "")
    assert capsys.readouterr().err == "12:00:05 [1/0] safety: done in 6.3 s\n"
    assert lines.stopwatch.seconds == {"safety": 6.3}
