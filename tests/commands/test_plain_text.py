"""What a terminal is shown cannot make it do anything."""

import json
import shutil
from pathlib import Path

import pytest
from altered_exports import read_table, write_table
from program import PARAMS, call

from helpers.commands.listener import PlainLines
from helpers.commands.plain_text import make_plain


def test_signs_that_a_terminal_obeys_are_written_out():
    assert make_plain("a\x1b[31mb\x9bc\x07\u202ed\ud800") == "a\\x1b[31mb\\x9bc\\x07\\u202ed\\ud800"
    assert make_plain("Thử\n\tnghiệm − 95 %") == "Thử\n\tnghiệm − 95 %"


def test_an_escape_sequence_in_a_file_name_or_a_message_is_shown_not_obeyed(tmp_path, capsys):
    ended = call("check", "--data", tmp_path / "\x1b[2Jx", "--params", PARAMS)
    assert "\\x1b[2Jx: no export there" in ended.err
    assert "\x1b" not in ended.err
    PlainLines().note("\x1b]0;title\x07")
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--list",), ("--json",)])
def test_an_escape_sequence_in_the_data_is_shown_not_obeyed(export, tmp_path, words):
    other = shutil.copytree(export, tmp_path / "export")
    path = Path(other) / "open" / "ae.csv"
    events = read_table(path)
    events.loc[0, "AEOUT"] = "\x1b[31mwell\x9b1m"
    write_table(events, path)
    ended = call("check", "--data", other, "--params", PARAMS, *words)
    assert ended.code == 0
    assert "\x1b" not in ended.out + ended.err
    assert "\x9b" not in ended.out + ended.err
    if words == ("--json",):
        texts = [row["text"] for row in json.loads(ended.out)["findings"]]
        assert any("well" in text for text in texts)
