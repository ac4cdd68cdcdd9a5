"""Reading forbidden by the system: Landlock of Linux, which needs no rights and no set-up.

It knows only what may be read. So everything is allowed that is there now, except the way down to
the forbidden places. What is made later in a folder on that way cannot be read either.
"""

import ctypes
import os
import sys
from collections.abc import Collection, Iterator
from pathlib import PurePath

CREATE, ADD_RULE, RESTRICT = 444, 445, 446  # system calls, the same on every processor
READ_FILE, REFER = 1 << 2, 1 << 13  # REFER: files may move between folders, as without Landlock
PATH_BENEATH, ASK_VERSION = 1, 1
NO_NEW_PRIVILEGES = 38


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def forbid_reading(places: Collection[str], own: str) -> bool:
    """Forbid this thread and whatever it starts to read files in `places`, except below `own`.

    Returns
    -------
    Whether the system does it.
    """
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(CREATE, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    moves = REFER if version > 1 else 0
    handled = _Ruleset(READ_FILE | moves)
    rules = system.syscall(CREATE, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if rules < 0:
        return False
    try:
        _allow(system, rules, "/", moves)
        for path in (own, *list_allowed(places)):
            _allow(system, rules, path, READ_FILE)
        system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(system.syscall(RESTRICT, rules, 0) == 0)
    finally:
        os.close(rules)


def list_allowed(places: Collection[str]) -> Iterator[str]:
    """Everything beside the way down to `places`: what the folders on that way hold now."""
    on_the_way = {str(parent) for place in places for parent in PurePath(place).parents}
    waiting = ["/"]
    while waiting:
        for entry in _list_entries(waiting.pop()):
            if entry.path in places or entry.is_symlink():
                continue  # a link leads to a place with a rule of its own
            if entry.path in on_the_way:
                waiting.append(entry.path)
            else:
                yield entry.path


def _list_entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _allow(system: ctypes.CDLL, rules: int, path: str, allowed: int) -> None:
    if not allowed:
        return
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _Beneath(allowed, folder)
        system.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(folder)
