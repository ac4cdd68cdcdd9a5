"""The secret behind letters and keys: named by reference, read at run time, never written down."""

import hashlib
import hmac
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import UsageError

VARIABLE = "INTERIM_MASK_KEY"
SHORTEST = 32
LONGEST = 4096
_FORMS = "env:NAME or file:PATH"
# Everybody can read it here: it hides nothing, and serves data in which nothing is to hide.
_TEST_SECRET = b"test key of synthetic trials: public, protects nothing"


@dataclass(frozen=True)
class MaskKey:
    """A secret of at least 32 bytes; `test` says that it is the public one of synthetic data."""

    secret: bytes = field(repr=False)
    test: bool = False

    def sign(self, message: str) -> bytes:
        """HMAC-SHA256 of a message."""
        return hmac.new(self.secret, message.encode(), hashlib.sha256).digest()


TEST_KEY = MaskKey(_TEST_SECRET, test=True)


def find_key(reference: str, *, synthetic: bool) -> MaskKey:
    """The key that a call names; without a name that of the environment.

    Parameters
    ----------
    reference : `env:NAME` or `file:PATH`; empty for `env:INTERIM_MASK_KEY`, if that is set.
    synthetic : whether the data are invented: only then a test key stands in for a missing one.

    Raises
    ------
    UsageError
        If there is no key, or it cannot be used; its value is not repeated.
    """
    if reference:
        return read_key(reference)
    if VARIABLE in os.environ:
        return read_key(f"env:{VARIABLE}")
    if synthetic:
        return TEST_KEY
    raise UsageError(
        f"closed_masked needs a key of at least {SHORTEST} random bytes: set {VARIABLE}, give "
        f"--mask-key {_FORMS}, or name it as mask_key_ref in the parameters"
    )


def read_key(reference: str) -> MaskKey:
    """The key that a reference names.

    Raises
    ------
    UsageError
        If the reference has another form, nothing is there, it is too short, or a file that others
        than its owner can read.
    """
    kind, _, name = reference.partition(":")
    if kind not in ("env", "file") or not name:
        # a key given instead of its name must not be repeated
        raise UsageError(f"--mask-key: found another form, allowed: {_FORMS}, never the key itself")
    found = _read_variable(name) if kind == "env" else _read_file(Path(name))
    secret = found.rstrip(b"\r\n")  # a shell drops the line end that a file has
    if len(secret) < SHORTEST:
        raise UsageError(
            f"{reference}: the key has {len(secret)} bytes, allowed: at least {SHORTEST} random "
            f"ones, such as those of `openssl rand -base64 {SHORTEST}`"
        )
    return MaskKey(secret)


@contextmanager
def hide_key(reference: str) -> Iterator[None]:
    """Take the variables that may hold the key out of the environment: no notebook inherits it."""
    names = {VARIABLE, *([reference.partition(":")[2]] if reference.startswith("env:") else ())}
    held = {name: os.environ.pop(name) for name in sorted(names) if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(held)


def _read_variable(name: str) -> bytes:
    text = os.environ.get(name)
    if text is None:
        raise UsageError(f"env:{name}: the environment has no such variable; it must hold the key")
    return os.fsencode(text)


def _read_file(path: Path) -> bytes:
    where = f"file:{path}"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            _check_file(os.fstat(descriptor), where)  # of what is read, whatever stands there then
            content = os.read(descriptor, LONGEST + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise UsageError(
            f"{where}: cannot be read ({error.strerror}); it must hold the key"
        ) from None
    if len(content) > LONGEST:
        raise UsageError(f"{where}: has more than {LONGEST} bytes, so it is no key")
    return content


def _check_file(state: os.stat_result, where: str) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise UsageError(f"{where}: is no file; it must hold the key")
    mode = stat.S_IMODE(state.st_mode)
    if mode & 0o077:
        raise UsageError(
            f"{where}: others than its owner may read or write it (mode {mode:o}); chmod 600 it, "
            "and take another key if somebody may have read this one"
        )
