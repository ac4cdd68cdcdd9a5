"""Help without the name of a type where there is nothing to type: `--all`, not `--all <bool>`."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


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
