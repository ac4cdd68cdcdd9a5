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


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("chek",), "no such command 'chek'; did you mean 'check'? `interim --help` shows"),
        (("check", "--frob"), "no such option: --frob; `interim check --help` shows"),
        (("new", "ah1"), "missing option '--from'; `interim new --help` shows"),
        (("run", "ia3", "--jobs", "x"), "invalid value for '--jobs': "),
    ],
)
def test_a_call_that_cannot_be_read_is_one_line_and_exit_code_two(words, says):
    ended = call(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"interim: {says}")
    assert ended.err.count("\n") == 1
