"""The alpha ledger: one line for each look that compared arms, for its owner alone.

Beside the reports it is never needed to make one: what it holds is computed again from the export
and compared. One that a parameter names must hold every earlier look. It holds no test statistic.
Light on purpose: no data library.
"""

import datetime as dt
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from helpers.errors import RunError, UsageError
from helpers.reporting.publishing.publish import locked, write_file
from helpers.reporting.spending.place import LedgerFile

TOLERANCE = 1e-6  # of numbers that two processors may compute a little differently
LONGEST = 200  # signs of a reason
RULES = {"sides": 2, "multiplicity": "dunnett", "info_mode": "count"}  # of lines without them
EXACT = ("kind", "cutoff", "spending", *RULES)
PLANNED = {"key": "key", "alpha_total": "total level"}
NEAR = ("planned_t", "t", "cumulative_alpha", "z_bound")
ANYWAY = "give --rerun-reason TEXT: the report is made, and the reason written down"


@dataclass(frozen=True)
class LookLine:
    """A look as the ledger holds it; null where it has no such number.

    `cumulative_alpha` is the error spent up to and with it, with charges of looks without alpha.
    """

    interim: str
    sequence: int
    kind: str
    cutoff: str
    planned_t: float | None
    t: float
    spending: str
    cumulative_alpha: float
    z_bound: float | None
    sides: int = 2
    multiplicity: str = "dunnett"
    info_mode: str = "count"


@dataclass(frozen=True)
class Booking:
    """The looks so far as a run computes them, this one last.

    `problem` says why there are none: then nothing may be reported. `key` names score and visit,
    `alpha_total` is the level of the whole trial, `data` is the digest of the key values, `draw`
    tells one draw of synthetic data from another and is empty for data of a real trial: a draw is
    a trial of its own.
    """

    study: str
    key: str
    looks: tuple[LookLine, ...]
    data: str
    draw: str
    alpha_total: float = 0.05
    problem: str = ""


def read_reason(text: str) -> str:
    """Why a look is made again.

    Raises
    ------
    UsageError
        If it is longer than a sentence or two, or holds more than one line.
    """
    reason = text.strip()
    if len(reason) > LONGEST or not reason.isprintable():
        raise UsageError(f"--rerun-reason: found {text[:40]!r}, allowed: one line of text")
    return reason


def book_look(
    ledger: LedgerFile, booking: Booking, reason: str, coming: Collection[str] = ()
) -> None:
    """Write a look into a ledger, unless its line is there already.

    `coming` are earlier looks that the same call books: they are not missed.

    Raises
    ------
    RunError
        As `decide`, or if the ledger cannot be read or written.
    """
    with locked(ledger.lock):
        entries = _parse(ledger)
        line = decide(ledger, entries, booking, reason, coming)
        if line is not None:
            write_file(ledger.path, _format([*entries, line]), mode=0o600)


def check_look(
    ledger: LedgerFile, booking: Booking, reason: str, coming: Collection[str] = ()
) -> str:
    """What is worth knowing before a look is reported: another key than before; else empty.

    Raises
    ------
    RunError
        As `decide`, or if the ledger cannot be read.
    """
    entries = _parse(ledger)
    decide(ledger, entries, booking, reason, coming)
    return describe_other_plan(_own(entries, booking), booking)


def decide(
    ledger: LedgerFile,
    entries: Iterable[Mapping[str, Any]],
    booking: Booking,
    reason: str,
    coming: Collection[str] = (),
) -> dict[str, Any] | None:
    """The line that a look adds; None where the ledger holds it already.

    Raises
    ------
    RunError
        If the look, or an earlier one, is not what the ledger holds and no reason is given; or if
        there is no line to hold against it.
    """
    if booking.problem:
        raise RunError(booking.problem)
    own, mine = _own(entries, booking), booking.looks[-1]
    last = {str(entry["interim"]): entry for entry in own}  # of several lines of a look the latest
    recorded = last.get(mine.interim)
    if recorded is not None and _is_same(recorded, booking):
        return None
    problem = (
        _find_missing(last, booking)
        or (_find_unbooked(last, booking, coming) if ledger.needed else "")
        or _find_broken_plan(last, booking)
        or (_describe_again(recorded, booking) if recorded else "")
    )
    if problem and not reason:
        raise RunError(f"{ledger.name}: {problem}, or {ANYWAY}")
    flag = describe_other_plan(own, booking)
    return {
        "study": booking.study,
        **asdict(mine),
        "key": booking.key,
        "alpha_total": booking.alpha_total,
        "data": booking.data,
        "draw": booking.draw,
        **({"flag": flag} if flag else {}),
        **({"rerun_reason": reason, "when": _now()} if problem else {}),
    }


def _now() -> str:
    """The moment of a line that is added for a reason; others are the same whenever written."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def describe_other_plan(own: Sequence[Mapping[str, Any]], booking: Booking) -> str:
    """What was planned otherwise at a look before: key score and visit, level, spending.

    Empty where nothing was. Lines of this look itself count: it may be made again.
    """
    plan = {"key": booking.key, "alpha_total": booking.alpha_total}
    said = []
    for name, now in plan.items():
        before = [entry[name] for entry in own if name in entry and entry[name] != now]
        if before:
            said.append(
                f"{PLANNED[name]} {now} chosen after data were seen by arm; before it was "
                f"{before[-1]}"
            )
    mine = booking.looks[-1]
    others = [entry for entry in own if entry["spending"] != mine.spending]
    if others:
        said.append(
            f"spending {mine.spending} chosen after data were seen by arm; before it was "
            f"{others[-1]['spending']}"
        )
    return "; ".join(said)


def _own(entries: Iterable[Mapping[str, Any]], booking: Booking) -> list[Mapping[str, Any]]:
    """Lines of this trial, and of synthetic data of this draw."""
    return [e for e in entries if (e["study"], e["draw"]) == (booking.study, booking.draw)]


def _is_same(recorded: Mapping[str, Any], booking: Booking) -> bool:
    mine = booking.looks[-1]
    alike = (recorded["data"], recorded["key"]) == (booking.data, booking.key)
    return alike and not _compare(recorded, mine)


def _find_missing(last: Mapping[str, Mapping[str, Any]], booking: Booking) -> str:
    """Which earlier look of the ledger is missing or is not found again as it was; empty if none.

    One that was planned with another key is not compared: that the key changed is said instead.
    """
    *earlier, mine = booking.looks
    counted = {look.interim: look for look in earlier}
    for name, entry in last.items():
        if entry["sequence"] >= mine.sequence or name == mine.interim:
            continue
        if name not in counted:
            return (
                f"{name} of {entry['cutoff']} is in it and is no earlier look of {mine.interim} by "
                "these parameters, so what it spent would be forgotten; bring back its file"
            )
        differences = _compare(entry, counted[name]) if entry["key"] == booking.key else ""
        if differences:
            ruled = any(entry[rule] != getattr(mine, rule) for rule in RULES)
            taken = "parameters" if ruled else "export"
            return (
                f"this export does not give {name} again as it was: {differences}; take the "
                f"{taken} of then"
            )
    return ""


def _find_unbooked(
    last: Mapping[str, Mapping[str, Any]], booking: Booking, coming: Collection[str]
) -> str:
    """Which earlier look is not in a ledger that must hold it; empty if none."""
    *earlier, mine = booking.looks
    for look in earlier:
        if look.interim not in last and look.interim not in coming:
            return (
                f"{look.interim} of {look.cutoff} compared arms before {mine.interim} and is not "
                "in it; make its report first"
            )
    return ""


def _find_broken_plan(last: Mapping[str, Mapping[str, Any]], booking: Booking) -> str:
    """What of the looks before does not go on in this one, whatever their key; empty if all does.

    A spending function is one for the trial, and information never becomes less.
    """
    mine = booking.looks[-1]
    for name, entry in last.items():
        if entry["sequence"] >= mine.sequence or name == mine.interim:
            continue
        if entry["spending"] != mine.spending:
            return (
                f"{name} spent by {entry['spending']}, {mine.interim} would by {mine.spending}; "
                "take the parameters of then"
            )
        if entry["t"] > mine.t + TOLERANCE:
            return (
                f"{name} had t {_write(entry['t'])}, {mine.interim} has {_write(mine.t)}, which is "
                "less; take the export of now, or the parameters of then"
            )
    return ""


def _describe_again(recorded: Mapping[str, Any], booking: Booking) -> str:
    """Why a look that was made before may not be made again without a reason."""
    mine = booking.looks[-1]
    if recorded["data"] == booking.data:
        differences = _compare(recorded, mine) or f"key {recorded['key']}, now {booking.key}"
        return (
            f"{mine.interim} was made from the same data and comes out otherwise: {differences}; "
            "take the parameters of then"
        )
    return (
        f"{mine.interim} was made before from other values of the key score (data "
        f"{str(recorded['data'])[:8]}, now {booking.data[:8]}); take the export of then"
    )


def _compare(recorded: Mapping[str, Any], look: LookLine) -> str:
    """What differs between a line and a look, as `t 0.5, now 0.479167`; empty where nothing."""
    values = asdict(look)
    said = [
        f"{name} {recorded[name]}, now {values[name]}"
        for name in EXACT
        if recorded[name] != values[name]
    ]
    said += [
        f"{name} {_write(recorded[name])}, now {_write(values[name])}"
        for name in NEAR
        if not _is_near(recorded[name], values[name])
    ]
    return "; ".join(said)


def _is_near(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _write(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise RunError(
            f"{path}: cannot be read ({error.strerror}); no look is reported that is not booked"
        ) from None


def _format(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines in the order of the looks, however they were made; those of one look as they came."""
    ordered = sorted(entries, key=lambda entry: (entry["study"], entry["draw"], entry["sequence"]))
    return "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in ordered).encode()


NAMES = (*("study", "interim", "sequence", "key", "data", "draw"), *EXACT, *NEAR)


def _parse(ledger: LedgerFile) -> list[Mapping[str, Any]]:
    entries: list[Mapping[str, Any]] = []
    for number, line in enumerate(_read(ledger.path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            known = isinstance(entry, dict) and set(NAMES) <= {*entry, *RULES}
        except ValueError:
            known = False
        if not known:
            raise RunError(
                f"{ledger.name}: line {number} is no line of a ledger; put back the file as this "
                "program wrote it"
            )
        absent = {name: value for name, value in RULES.items() if name not in entry}
        entries.append({**entry, **absent})
    return entries
