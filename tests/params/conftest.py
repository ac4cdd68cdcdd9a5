"""Puts this folder on the path: the walk over all leaves of the parameters lies in it."""
