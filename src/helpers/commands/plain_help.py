"""What is said of a call: help without the type of a switch, a fault in one line."""

from typing import Any

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException


def _take_types_away(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params


class PlainCommand(TyperCommand):
    """A command whose switches are shown by their name alone."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters of the command, `--help` included."""
        return _take_types_away(super().get_params(ctx))


class PlainGroup(TyperGroup):
    """The program itself, the same way."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Parameters of the program, `--help` and `--version` included."""
        return _take_types_away(super().get_params(ctx))


def describe_fault(fault: TyperException) -> str:
    """What is wrong with a call in one line, and whose help says what is right."""
    text = " ".join(fault.format_message().split()).rstrip(".").replace(". Did you", "; did you")
    call = getattr(getattr(fault, "ctx", None), "command_path", "interim")
    text = f"{text[:1].lower()}{text[1:]}{'' if text.endswith('?') else ';'}"
    return f"{text} `{call} --help` shows what can be given"
