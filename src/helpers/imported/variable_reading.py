"""One variable of a source: which kind it is, how its cells are read, and what is said of them."""

from dataclasses import replace

import pandas as pd

from helpers.imported.convert import convert_variable, find_number_form
from helpers.imported.converted import SAS_EPOCH, Converted, Reading
from helpers.imported.known import known_kind
from helpers.imported.mapping import DatasetMapping, ImportMapping
from helpers.imported.notes import Note
from helpers.imported.source import Source
from helpers.imported.texts import write_text
from helpers.imported.variables import Kind, VariableRules

MOSTLY = 0.5  # lost share from which a name only looks like that of a date or a number


def list_reading(
    source: Source, own: DatasetMapping, mapping: ImportMapping, rules: VariableRules
) -> Reading:
    """How the cells of a data set are read: what the mapping says, and what its own cells show."""
    epoch = own.epoch or mapping.epoch
    sas = source.path.suffix.lower() == ".xpt"
    reading = Reading(
        typed=source.typed,
        epoch=pd.Timestamp(epoch) if epoch else (SAS_EPOCH if sas else None),
        time_zone=mapping.time_zone,
        from_zone=own.from_zone or mapping.from_zone,
        day_order=own.day_order or mapping.day_order,
        decimal=own.decimal or mapping.decimal,
        missing=mapping.missing if own.missing is None else own.missing,
    )
    shown = {
        find_number_form(source.frame[variable], reading).decimal
        for variable in source.frame
        if source.frame[variable].dtype == object
        and _find_kind(source, variable, own, rules)[0] == "number"
    } - {None}
    return replace(reading, file_decimal=shown.pop()) if len(shown) == 1 else reading


def _find_kind(
    source: Source, variable: str, own: DatasetMapping, rules: VariableRules
) -> tuple[Kind, bool]:
    """Kind of a variable, and whether it is sure: stated, or declared, and not only by its name."""
    if variable in own.kinds:
        return own.kinds[variable], True
    declared = known_kind(source.name, variable, source.frame.columns)
    return (declared, True) if declared else (rules.kind_of(variable), False)


def read_variable(
    source: Source,
    variable: str,
    own: DatasetMapping,
    reading: Reading,
    rules: VariableRules,
    lost_share: float,
) -> tuple[Converted, list[Note]]:
    """One variable as its kind, and everything of it that was not as it stood.

    A variable whose name only looks like that of a date or number, and whose values mostly are
    none, is text.
    """
    kind, sure = _find_kind(source, variable, own, rules)
    reading = reading.of_places() if rules.places.fullmatch(variable) else reading
    values = source.frame[variable]
    found = convert_variable(values, kind, reading)
    present, lost = int(values.notna().sum()), int(found.lost.sum())
    if not sure and kind not in ("text", "other") and (found.asks or lost > MOSTLY * present > 0):
        why = f" ({found.asks})" if found.asks else ""
        text = convert_variable(values, "text", reading)
        what = f"is called like a {kind}, holds text; kept as text{why}"
        return text, [_note(source, variable, what, lost, "W"), *_say(source, variable, text)]
    notes = _say(source, variable, found)
    what = f"is no {kind.replace('_', ' ')}"
    if found.asks:
        notes.append(_note(source, variable, found.asks, lost, "S"))
    elif lost > lost_share * present:
        example = write_text(values[found.lost].iloc[0])[:30]
        notes.append(
            _note(
                source, variable, f"{lost} of {present} values (such as {example!a}) {what}: "
                f"more than {lost_share:.0%}; correct the source, or say in the mapping what they "
                f"are (kinds, missing, rename, drop)", lost, "S",
            )
        )  # fmt: skip
    elif lost:
        notes.append(_note(source, variable, f"value {what}; read as empty", lost, "E"))
    return found, notes


def _say(source: Source, variable: str, found: Converted) -> list[Note]:
    notes = [_note(source, variable, s.what, s.records, s.severity) for s in found.said]
    letters = source.special.get(variable)
    if letters:
        what = f"special missing values kept as letters in {variable}_MISSING"
        notes.append(_note(source, variable, what, len(letters), "I"))
    return notes


def _note(source: Source, variable: str, what: str, records: int, severity: str) -> Note:
    return Note(source.name, variable, what, records, severity)
