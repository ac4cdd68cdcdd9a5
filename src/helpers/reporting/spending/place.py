"""Where the alpha ledger of an interim lies, and that it lies where only its owner reads."""

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import UsageError
from helpers.params.interim import Interim
from helpers.reporting.blinding.places import check_place
from helpers.reporting.publishing.state import ALPHA_LEDGER, alpha_lock_path

KEY = "alpha_ledger"


@dataclass(frozen=True)
class LedgerFile:
    """A ledger, the file that is locked while it is written, and whether looks rest on it.

    One that a parameter names is `needed`: every earlier look that compared arms must be in it. The
    one beside the reports is compared and never needed.
    """

    path: Path
    lock: Path
    needed: bool = False

    @property
    def name(self) -> str:
        """How messages call it."""
        return self.path.name


def locate_ledger(out: Path, named: str | None) -> LedgerFile:
    """The ledger that `alpha_ledger` names, from the folder of reports on; else the one in it."""
    if named is None:
        return LedgerFile(out / ALPHA_LEDGER, alpha_lock_path(out))
    path = out / named
    return LedgerFile(path, path.with_name(f".{path.name}.lock"), needed=True)


def check_ledger(out: Path, interim: Interim, others: Iterable[Path]) -> None:
    """Stop where a ledger that a parameter names would be read by others than its owner.

    `others` are folders that are read by more people than a ledger: parameters, export, notebooks.

    Raises
    ------
    UsageError
        Naming the file and what to do.
    """
    if interim.alpha_ledger is None:
        return
    path = locate_ledger(out, interim.alpha_ledger).path
    where = f"{interim.interim_id}: {KEY}: {path}"
    folder = path.parent.resolve()
    if folder != out.resolve() and not folder.is_dir():
        raise UsageError(f"{where}: its folder does not exist; make it, for its owner alone")
    for other in (*others, out):
        inside = folder.is_relative_to(other.resolve())
        if inside and folder != out.resolve():
            raise UsageError(
                f"{where}: lies in {other}, which others than its owner read; name a file beside "
                "the reports, or in a folder outside"
            )
    check_place(path.parent, closed=True, what="an alpha ledger")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{where}: is no file of its own; name another")
    if path.exists():
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise UsageError(
                f"{where}: others than its owner may read or write it (mode {mode:o}); see who "
                "has, then chmod 600 it"
            )
