"""A whole synthetic export, made and written block by block of participants."""

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from helpers.simulate.dates import DAY, day_number, format_minute
from helpers.simulate.doses import build_lot
from helpers.simulate.enrolment import Slot, plan_enrolment
from helpers.simulate.errors import CATALOGUE, PER_PERSON, PER_PERSON_FIXED
from helpers.simulate.generate import build_tables, draw_course
from helpers.simulate.planting import EXTRA_COLUMN, EXTRA_TABLE, EXTRA_VALUE, Planting
from helpers.simulate.scenarios import ARMS, Scenario, check_scenario, check_seed, check_size
from helpers.simulate.tables import FILES, STUDY, Row, columns_of
from helpers.simulate.writers import PARQUET_FROM, ExportWriter, create_file

BLOCK = 100  # participants held in memory
EXTRACT_DAYS, EXTRACT_MINUTE = 21, 18 * 60  # after the last visit
# The calendar of the trial ends here, also where few took part: every interim lies before it.
CALENDAR_END = day_number(2024, 9, 14)


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

    The restricted side, and the truth, are for their owner alone.

    Parameters
    ----------
    directory : where to write; the same arguments give the same bytes.
    n_per_arm : 2 to 10,000; `sparse` has its own 9 participants.
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
    planting = _plan_errors(story, form) if errors else None
    with ExportWriter(directory, form, _name_columns(planting is not None)) as writer:
        last_day, lots = _write_persons(writer, seed, story, slots, planting)
        writer.write("lot", build_lot(lots))
    extract = max(last_day + EXTRACT_DAYS, CALENDAR_END) * DAY + EXTRACT_MINUTE
    _write_json(directory / "export.json", _describe(extract, form))
    truth = _tell_truth(story, seed, slots, planting)
    _write_json(directory / "truth.json", truth, owner_only=True)


def _plan_errors(story: Scenario, form: str) -> Planting:
    each = PER_PERSON_FIXED if story.fixed_arms else PER_PERSON
    return Planting(CATALOGUE, each, form)


def _name_columns(with_errors: bool) -> list[tuple[str, str, tuple[str, ...]]]:
    """Table, file and columns; one table has a column too many when errors are planted."""
    extra = {EXTRA_TABLE: (EXTRA_COLUMN,)} if with_errors else {}
    return [
        (table, file, (*columns_of(table), *extra.get(table, ()))) for table, file in FILES.items()
    ]


def _write_persons(
    writer: ExportWriter,
    seed: int,
    story: Scenario,
    slots: Sequence[Slot],
    planting: Planting | None,
) -> tuple[int, set[str]]:
    """Write everybody; give the last day of which anything is told, and the lots used."""
    last_day, lots = 0, set()
    for block in _blocks(slots):
        rows: dict[str, list[Row]] = defaultdict(list)
        for slot in block:
            course = draw_course(seed, slot, story)
            last_day = max(last_day, course.conduct.last_day)
            lots |= {dose.lot for dose in course.doses}
            tables = build_tables(seed, course, story)
            for table, more in (planting.plant(course, tables) if planting else tables).items():
                rows[table] += more
        if planting:
            rows[EXTRA_TABLE] = [(*row, EXTRA_VALUE) for row in rows[EXTRA_TABLE]]
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


def _tell_truth(
    story: Scenario, seed: int, slots: Sequence[Slot], planting: Planting | None
) -> dict[str, object]:
    arms = Counter(slot.arm for slot in slots if slot.arm is not None)
    return {
        "note": "synthetic data: what is true of this export; a run never reads this file",
        "seed": seed,
        "scenario": {name: _plain(value) for name, value in vars(story).items()},
        "consented": len(slots),
        "persons": {arm: arms[arm] for arm in ARMS},
        "errors": planting.planted if planting else [],
    }


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value


def _write_json(path: Path, content: object, *, owner_only: bool = False) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    with os.fdopen(create_file(path, owner_only=owner_only), "wb") as file:
        file.write(f"{text}\n".encode())
