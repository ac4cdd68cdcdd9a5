"""A whole synthetic export, made and written block by block of persons."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from .dates import DAY, format_minute
from .doses import build_lot
from .enrolment import Slot, plan_enrolment
from .generate import build_tables, draw_course
from .scenarios import ARMS, Scenario, check_scenario, check_seed, check_size
from .tables import FILES, STUDY, Row, columns_of
from .writers import PARQUET_FROM, ExportWriter

BLOCK = 100  # persons held in memory
EXTRACT_DAYS, EXTRACT_MINUTE = 21, 18 * 60  # after the last visit


def write_export(
    directory: Path,
    *,
    n_per_arm: int = 16,
    scenario: str = "modest",
    seed: int = 20210705,
    errors: bool = True,
    format: str | None = None,  # noqa: A002 - the word of the command line
) -> None:
    """Write `open/`, `restricted/`, `export.json` and `truth.json` into an existing folder.

    Parameters
    ----------
    directory : where to write; the same arguments give the same bytes.
    n_per_arm : 2 to 10,000; `sparse` has its own 9 persons.
    scenario : null, modest, benefit, harm_it or sparse (scenarios.py holds their effects).
    errors : plant known data errors; `truth.json` names them.
    format : csv or parquet; by default Parquet from 1,000 per arm on.

    Raises
    ------
    UsageError
        For an unknown scenario, a size or a seed out of range.
    OSError
        If the folder cannot be written.
    """
    story = check_scenario(scenario)
    check_size(n_per_arm)
    check_seed(seed)
    form = format or ("parquet" if n_per_arm >= PARQUET_FROM else "csv")
    slots = plan_enrolment(seed, story, n_per_arm)
    columns = [(table, file, columns_of(table)) for table, file in FILES.items()]
    with ExportWriter(directory, form, columns) as writer:
        last_day, lots = _write_persons(writer, seed, story, slots)
        writer.write("lot", build_lot(lots))
    extract = (last_day + EXTRACT_DAYS) * DAY + EXTRACT_MINUTE
    _write_json(directory / "export.json", _describe(extract, form))
    _write_json(directory / "truth.json", _tell_truth(story, seed, slots))


def _write_persons(
    writer: ExportWriter, seed: int, story: Scenario, slots: Sequence[Slot]
) -> tuple[int, set[str]]:
    """Write everybody; give the last day of which anything is told, and the lots used."""
    last_day, lots = 0, set()
    for block in _blocks(slots):
        rows: dict[str, list[Row]] = defaultdict(list)
        for slot in block:
            course = draw_course(seed, slot, story)
            last_day = max(last_day, course.conduct.last_day)
            lots |= {dose.lot for dose in course.doses}
            for table, more in build_tables(seed, course, story).items():
                rows[table] += more
        for table, ready in rows.items():
            writer.write(table, ready)
    return last_day, lots


def _blocks(slots: Sequence[Slot]) -> Iterator[Sequence[Slot]]:
    for start in range(0, len(slots), BLOCK):
        yield slots[start : start + BLOCK]


def _describe(extract: int, form: str) -> dict[str, object]:
    return {
        "study": STUDY,
        "extract": format_minute(extract),
        "format": form,
        "synthetic": True,
        "note": "synthetic data: no person, no event and no value in here is real",
    }


def _tell_truth(story: Scenario, seed: int, slots: Sequence[Slot]) -> dict[str, object]:
    arms = Counter(slot.arm for slot in slots if slot.arm is not None)
    return {
        "note": "synthetic data: what is true of this export; a run never reads this file",
        "seed": seed,
        "scenario": {name: _plain(value) for name, value in vars(story).items()},
        "consented": len(slots),
        "persons": {arm: arms[arm] for arm in ARMS},
        "errors": [],
    }


def _plain(value: object) -> object:
    return dict(value) if hasattr(value, "keys") else value


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
