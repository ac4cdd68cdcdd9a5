"""Puts this folder on the path: the displays of every family share `view_factory`."""
