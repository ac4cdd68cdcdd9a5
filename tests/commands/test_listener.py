"""What a run says while it works, where there is no terminal."""

import pytest

from helpers.commands.listener import PlainLines


def test_a_report_that_is_made_and_then_not_written_counts_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = PlainLines()
    lines.begin(2)
    lines.finish("safety", "")
    lines.finish("safety", "no space left")
    lines.finish("efficacy", "")
    assert capsys.readouterr().err.splitlines() == [
        "2 reports to make",
        "[1/2] safety: done",
        "[1/2] safety: failed: no space left",
        "[2/2] efficacy: done",
    ]


def test_a_reason_why_several_reports_failed_is_said_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = PlainLines()
    lines.begin(3)
    lines.finish("safety", "no space left")
    lines.finish("efficacy", "no space left")
    lines.skip("another")
    assert capsys.readouterr().err.splitlines() == [
        "3 reports to make",
        "[1/3] safety: failed: no space left",
        "[2/3] efficacy: failed: for the same reason",
    ]
