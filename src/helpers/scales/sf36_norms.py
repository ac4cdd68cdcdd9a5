"""Population norms of the SF-36: read from a data file, so that a user can add a country's own.

A norms file has one row per norms and scale, with the columns of `sf36_norms.csv` beside this
module: norms, version, recall, scale, mean, sd, pcs_weight, mcs_weight, source.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pandas as pd

from helpers.scales.items.read import ItemsError, nearest_name

SCALES = ("PF", "RP", "BP", "GH", "VT", "SF", "RE", "MH")
DEFAULT_NORMS = {"v1": "us1990", "v2": "us1998"}
_NUMBERS = ("mean", "sd", "pcs_weight", "mcs_weight")
_FILE_COLUMNS = ("norms", "version", "recall", "scale", *_NUMBERS, "source")


@dataclass(frozen=True)
class Norms:
    """Means, SDs and component weights of one population, in the order of `SCALES`.

    Attributes
    ----------
    name : short name, as in the file
    version : `v1` or `v2`; norms of one version never score the other
    recall : `four weeks` or `one week`
    mean, sd : of the 0-100 scales in that population
    pcs_weight, mcs_weight : factor score weights of the z scores
    source : where the numbers come from
    """

    name: str
    version: str
    recall: str
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    pcs_weight: tuple[float, ...]
    mcs_weight: tuple[float, ...]
    source: str

    def weights(self, component: str) -> tuple[float, ...]:
        """Weights of `PCS` or `MCS`."""
        return self.pcs_weight if component == "PCS" else self.mcs_weight

    def t_range(self, scale: str) -> tuple[float, float]:
        """T scores of 0 and of 100 on one scale."""
        place = SCALES.index(scale)
        low, high = (
            50 + 10 * (score - self.mean[place]) / self.sd[place] for score in (0.0, 100.0)
        )
        return low, high

    def component_range(self, component: str) -> tuple[float, float]:
        """Smallest and largest PCS or MCS that the weights allow."""
        ends = [
            sorted(((end - 50) / 10 * weight) for end in self.t_range(scale))
            for scale, weight in zip(SCALES, self.weights(component), strict=True)
        ]
        return 50 + 10 * sum(low for low, _ in ends), 50 + 10 * sum(high for _, high in ends)


def choose_norms(version: str, norms: str | Norms | None = None) -> Norms:
    """The norms to use with a version.

    Parameters
    ----------
    version : `v1` or `v2`
    norms : a name of the built-in file, norms read with `read_norms`, or None for the default
        (US 1990 for version 1, US 1998 for version 2)

    Raises
    ------
    ItemsError
        Unknown name, or norms of the other version.
    """
    if norms is None:
        norms = DEFAULT_NORMS[version]
    if isinstance(norms, str):
        known = builtin_norms()
        if norms not in known:
            near = nearest_name(norms, list(known))
            hint = f"; did you mean {near!r}?" if near else ""
            raise ItemsError(f"no norms called {norms!r}; known: {', '.join(known)}{hint}")
        norms = known[norms]
    if norms.version != version:
        raise ItemsError(f"norms {norms.name!r} belong to {norms.version}, not to {version}")
    return norms


@cache
def builtin_norms() -> Mapping[str, Norms]:
    """The norms that come with the package, by name."""
    text = files("helpers.scales").joinpath("sf36_norms.csv").read_text(encoding="utf-8")
    return parse_norms(text, "sf36_norms.csv")


def read_norms(path: Path, name: str | None = None) -> Norms:
    """Norms from a user's file; `name` is needed when the file holds several.

    Raises
    ------
    ItemsError
        A column or scale is lacking, a number is none, an SD is not positive.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ItemsError(f"cannot read norms file {path}: {error}") from error
    found = parse_norms(text, str(path))
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise ItemsError(f"{path}: choose one of its norms: {', '.join(found)}")
    return found[name]


def parse_norms(text: str, origin: str) -> dict[str, Norms]:
    """All norms of a norms table in CSV text; `origin` names the file in messages."""
    if not text.strip():
        raise ItemsError(f"{origin}: the norms file is empty")
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    lacking = [name for name in _FILE_COLUMNS if name not in table.columns]
    if lacking:
        raise ItemsError(f"{origin}: missing column {', '.join(lacking)}")
    return {
        str(name): _build_norms(str(name), rows, origin)
        for name, rows in table.groupby("norms", sort=False)
    }


def _build_norms(name: str, rows: pd.DataFrame, origin: str) -> Norms:
    if sorted(rows["scale"]) != sorted(SCALES):
        raise ItemsError(f"{origin}: norms {name!r} need one row for each of {', '.join(SCALES)}")
    version, recall = rows["version"].iloc[0], rows["recall"].iloc[0]
    if version not in DEFAULT_NORMS or (rows["version"] != version).any():
        raise ItemsError(f"{origin}: norms {name!r}: version must be v1 or v2 in every row")
    ordered = rows.set_index("scale").loc[list(SCALES), list(_NUMBERS)]
    numbers = ordered.apply(pd.to_numeric, errors="coerce")
    if numbers.isna().any(axis=None) or (numbers["sd"] <= 0).any():
        raise ItemsError(f"{origin}: norms {name!r}: numbers are lacking or an SD is not positive")
    columns = {column: tuple(float(x) for x in numbers[column]) for column in _NUMBERS}
    return Norms(name, version, recall, **columns, source=rows["source"].iloc[0])
