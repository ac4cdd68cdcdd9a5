"""The program as a user calls it, for tests that need what it publishes."""

from program import call


def run_interim(*words: object) -> None:
    """Run `interim run`; it must end well."""
    ended = call("run", *words)
    assert ended.code == 0, ended.err
