"""What the program says of itself."""

import pytest
from program import call

COMMANDS = ("run", "check", "design", "score", "simulate", "schedule", "new", "open-copy", "import")


@pytest.mark.parametrize("words", [(), *((name,) for name in (*COMMANDS, "release", "new-trial"))])
def test_help_names_no_type_behind_a_switch(words):
    ended = call(*words, "--help", env={"COLUMNS": "120"})
    assert ended.code == 0, ended.err
    assert "--help" in ended.out
    assert "bool" not in ended.out


def test_the_shell_can_complete_commands_and_options():
    env = {"_INTERIM_COMPLETE": "complete_bash", "COMP_CWORD": "1", "COMP_WORDS": "interim sch"}
    assert call(env=env).out.split() == ["schedule"]
