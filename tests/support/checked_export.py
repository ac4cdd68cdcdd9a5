"""Exports written for a test, and read and checked in full as a closed reader would."""

import csv
import json
from functools import cache
from pathlib import Path

from helpers.checks.registry import check_records
from helpers.intake.cutoff import cut_records
from helpers.intake.export import read_export
from helpers.intake.findings import join_findings
from helpers.intake.records import Records, read_reference
from helpers.intake.schema import load_access, load_schemas
from helpers.params.loading import load_trial
from helpers.simulate import write_export

PARAMS = Path(__file__).parents[1] / "trial" / "params"


@cache
def trial():
    return load_trial(PARAMS)


@cache
def schemas():
    return load_schemas(PARAMS, trial())


def write(folder, **options):
    """Write an export into a new folder and give the folder."""
    folder.mkdir(parents=True)
    write_export(folder, **options)
    return folder


def check_folder(folder):
    """Every finding of every check, at the export's own date."""
    export = read_export(folder, schemas(), load_access(PARAMS, "closed_unmasked"))
    records = Records(export.tables, read_reference(PARAMS, trial()), export.info.extract)
    cut, undated, _ = cut_records(records, schemas(), records.extract.normalize())
    raw = check_records(records, trial())
    after = check_records(cut, trial(), stage="cut")
    return join_findings([export.findings, raw, undated, after])


def read_truth(folder):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def read_csv(path):
    """Rows of a CSV file as written, every value a text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_tables(folder):
    """Rows of every CSV file by `open/ae` and the like."""
    return {
        f"{path.parent.name}/{path.stem}": read_csv(path) for path in sorted(folder.rglob("*.csv"))
    }
