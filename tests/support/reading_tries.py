"""A process that may not open a folder, and tries: says by which ways it got at the secret.

Called with a base folder, and `system`, `python` (the system does not help) or `free`.
"""

# whichever way somebody may choose
# ruff: noqa: PTH123, PTH208, SIM115, T201, BLE001

import ctypes
import json
import mmap
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from helpers.reporting.blinding import refuse

SECRET = "Qx7Zsecret"
BASE = Path(sys.argv[1] if len(sys.argv) > 1 else ".")  # imported for its lists, it opens nothing
OWN, HIDDEN = BASE / "own", BASE / "data" / "restricted"
TABLE = str(HIDDEN / "rand.csv")
LIBC = ctypes.CDLL(None)
STARTED = threading.Event()


def read_by_handle() -> object:
    """The file from a handle on the folder above: its name says nothing of the place."""
    above = os.open(HIDDEN.parent, os.O_RDONLY)
    return os.read(os.open("restricted/rand.csv", os.O_RDONLY, dir_fd=above), 99)


def read_by_library() -> object:
    """As any library written in C does."""
    room = ctypes.create_string_buffer(99)
    LIBC.read(LIBC.open(TABLE.encode(), 0), room, 99)
    return room.raw


def read_by_renaming() -> object:
    """Under another name, given behind Python's back."""
    other = HIDDEN.parent / "other"
    LIBC.rename(os.fsencode(HIDDEN), os.fsencode(other))
    try:
        return (other / "rand.csv").read_text()
    finally:
        LIBC.rename(os.fsencode(other), os.fsencode(HIDDEN))


def read_mapped() -> object:
    handle = os.open(TABLE, os.O_RDONLY)
    return mmap.mmap(handle, 0, access=mmap.ACCESS_READ)[:]


def read_after(make) -> object:
    """A second name in one's own folder."""
    make(TABLE, str(OWN / "second"))
    return (OWN / "second").read_text()


def read_in_a_fork() -> object:
    receive, send = os.pipe()
    if not os.fork():
        try:
            os.write(send, Path(TABLE).read_bytes())
        finally:
            os._exit(0)
    os.close(send)
    return os.read(receive, 99)


def read_database(name: str, **options) -> object:
    return sqlite3.connect(name, **options).execute("select * from arms").fetchall()


def run(*command: str) -> object:
    return subprocess.run(command, capture_output=True, check=False).stdout


PYTHON = {
    "open": lambda: Path(TABLE).read_text(),
    "bytes": lambda: open(os.fsencode(TABLE)).read(),
    "relative": lambda: open("../data/restricted/rand.csv").read(),
    "os.open": lambda: os.read(os.open(TABLE, os.O_RDONLY), 99),
    "handle": read_by_handle,
    "chdir": lambda: (os.chdir(HIDDEN.parent), open("restricted/rand.csv").read()),
    "proc": lambda: open(f"/proc/self/root{TABLE}").read(),
    "alias": lambda: (BASE / "alias" / "rand.csv").read_text(),
    "link inside": lambda: (HIDDEN / "link.csv").read_text(),
    "target of a link inside": lambda: (BASE / "elsewhere" / "rand.csv").read_text(),
    "mmap": read_mapped,
    "numpy": lambda: np.fromfile(TABLE, dtype="u1").tobytes(),
    "pandas": lambda: pd.read_csv(TABLE).to_csv(),
    "pandas, mapped": lambda: pd.read_csv(TABLE, memory_map=True).to_csv(),
    "pandas, parquet": lambda: pd.read_parquet(HIDDEN / "rand.parquet").to_csv(),
    "names": lambda: os.listdir(HIDDEN),
    "names by glob": lambda: [str(path) for path in HIDDEN.glob("*")],
    "symbolic link": lambda: read_after(os.symlink),
    "hard link": lambda: read_after(os.link),
    "rename": lambda: read_after(os.rename),
    "sqlite": lambda: read_database(str(HIDDEN / "arms.db")),
    "sqlite, address": lambda: read_database(f"file:{HIDDEN}/arms.db?mode=ro", uri=True),
    "cat": lambda: run("cat", TABLE),
    "shell": lambda: os.popen(f"cat {TABLE} 2>/dev/null").read(),
    "fork": read_in_a_fork,
    "memory of another": lambda: f"{SECRET} {open(f'/proc/{os.getppid()}/stat').read()}",
    "another report": lambda: (BASE / "other report" / "view.zip").read_text(),
}
LIBRARIES = {
    "ctypes": read_by_library,
    "hard link by ctypes": lambda: read_after(
        lambda old, new: LIBC.link(os.fsencode(old), os.fsencode(new))
    ),
    "rename by ctypes": read_by_renaming,
    "pyarrow": lambda: pa.csv.read_csv(TABLE).to_pylist(),
    "pyarrow, mapped": lambda: pa.memory_map(TABLE).read(),
    "pyarrow, parquet": lambda: pa.parquet.read_table(HIDDEN / "rand.parquet").to_pylist(),
    "pyarrow, link inside": lambda: pa.csv.read_csv(HIDDEN / "link.csv").to_pylist(),
}


def fill(base: Path) -> None:
    """The folders: what is hidden, what leads there, and the own one."""
    hidden = base / "data" / "restricted"
    for name in ("data/restricted", "own", "elsewhere", "other report"):
        (base / name).mkdir(parents=True)
    text = f"SUBJID,ARM\n001,{SECRET}\n"
    for name in ("data/restricted/rand.csv", "elsewhere/rand.csv", "other report/view.zip"):
        (base / name).write_text(text)
    (hidden / f"{SECRET}.csv").write_text("")
    (hidden / "link.csv").symlink_to(base / "elsewhere" / "rand.csv")
    (base / "alias").symlink_to(hidden)
    pd.DataFrame({"ARM": [SECRET]}).to_parquet(hidden / "rand.parquet")
    with sqlite3.connect(hidden / "arms.db") as database:
        database.execute(f"create table arms as select '{SECRET}' as arm")


def try_all(ways) -> dict[str, str]:
    """What each way gave: read, or the kind of refusal."""
    found = {}
    for name, way in ways.items():
        os.chdir(OWN)
        try:
            found[name] = "read" if SECRET in str(way()) else "nothing"
        except Exception as error:
            found[name] = type(error).__name__
        (OWN / "second").unlink(missing_ok=True)
    return found


def main() -> None:
    os.chdir(OWN)
    if sys.argv[2] == "python":
        refuse.forbid_reading = lambda *given: False
    if sys.argv[2] != "free":
        places = {str(HIDDEN): "restricted", str(BASE / "other report"): "another report"}
        refuse.refuse_places(places)
    print(json.dumps({"python": try_all(PYTHON), "libraries": try_all(LIBRARIES)}))


if __name__ == "__main__":
    main()
