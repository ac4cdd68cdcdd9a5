"""The synthetic export: raw tables of an invented trial whose truth is known."""

from .export import write_export

__all__ = ["write_export"]
