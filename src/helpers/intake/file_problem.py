"""A file of an export that cannot be used."""


class FileProblem(Exception):
    """A file that cannot be used, in words for a finding."""
