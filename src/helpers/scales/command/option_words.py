"""Words of the command line become the options of one instrument."""

from pathlib import Path

from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import TotalScale
from helpers.scales.items.read import ItemsError
from helpers.scales.registry import DEFAULTS, find_instrument
from helpers.scales.sf36_norms import Norms, read_norms


def build_options(
    instrument: str,
    *,
    coding: str | None = None,
    version: str | None = None,
    norms: str | None = None,
    definition: str | None = None,
    total: TotalScale | None = None,
) -> ScoreOptions:
    """Options of one instrument as words of the command line.

    Parameters
    ----------
    instrument : the options of another instrument are refused
    coding : MAS
    version, norms : SF-36; norms are a built-in name, a CSV file, or `FILE.csv:NAME` where the
        file holds several
    definition, total : FMS

    Raises
    ------
    ItemsError
        An option does not belong to the instrument, or has no such value.
    """
    qscat = find_instrument(instrument).qscat
    belongs = {"coding": "MAS", "version": "SF36", "norms": "SF36", "definition": "FMA"}
    given = {"coding": coding, "version": version, "norms": norms, "definition": definition}
    for name, value in given.items():
        if value is not None and belongs[name] != qscat:
            raise ItemsError(f"option --{name} belongs to {belongs[name]}, not to {qscat}")
    chosen = _find_norms(norms)
    if version is None:
        version = chosen.version if isinstance(chosen, Norms) else DEFAULTS.sf36_version
    return ScoreOptions(
        mas_coding=coding or DEFAULTS.mas_coding,
        sf36_version=version,
        sf36_norms=chosen,
        fms_definition=definition or DEFAULTS.fms_definition,
        fms_total=total,
    )


def _find_norms(norms: str | None) -> str | Norms | None:
    """A name stays a name; a file is read."""
    if norms is None:
        return None
    file, separator, name = norms.rpartition(".csv:")
    if separator:
        return read_norms(Path(f"{file}.csv"), name)
    return read_norms(Path(norms)) if norms.casefold().endswith(".csv") else norms
