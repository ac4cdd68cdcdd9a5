"""The synthetic export: raw tables of an invented trial whose truth is known."""

from helpers.simulate.export import write_export

__all__ = ["write_export"]
