"""The five instruments in one table: items, legal answers, score function, parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from helpers.scales import fim, fugl_meyer, mas, nihss, sf36, sf36_recoding
from helpers.scales.command.options import ScoreOptions
from helpers.scales.fms import FMS_SCORES, TOTAL_COLUMN
from helpers.scales.items.read import (
    MISSING,
    UNTESTABLE,
    UNTESTABLE_OLD,
    Item,
    ItemsError,
    nearest_name,
)
from helpers.scales.sf36_norms import SCALES, Norms

DEFAULTS = ScoreOptions()


@dataclass(frozen=True)
class Parameter:
    """One analysis parameter of an instrument.

    Attributes
    ----------
    paramcd : name in the analysis data
    label : words for a table
    column : column of the score function
    items : the items it is made of
    low, high : range of its values
    direction : +1 higher is better, -1 lower is better
    """

    paramcd: str
    label: str
    column: str
    items: tuple[str, ...]
    low: float
    high: float
    direction: int


@dataclass(frozen=True)
class Instrument:
    """One instrument as it is scored under the chosen options.

    Attributes
    ----------
    qscat : code of the form in item-level data
    name : name of the score function's module and of the command's argument
    label : words for a table
    items : in the order of the form, with their legal raw values (`Item.allowed`)
    score : wide frame of items -> frame of scores
    parameters : what the score function yields for analysis
    rule : the scoring in one sentence
    direction : of every single item, +1 higher is better, -1 lower; 0 where items differ
    points : points of the answer codes 0, 1, ... where they are not the codes themselves
    untestable : points of an item that cannot be tested; None where it has none
    parts : parts of a long form, label -> items
    """

    qscat: str
    name: str
    label: str
    items: tuple[Item, ...]
    score: Callable[[pd.DataFrame], pd.DataFrame]
    parameters: tuple[Parameter, ...]
    rule: str
    direction: int
    points: tuple[float, ...] = ()
    untestable: float | None = None
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find_points(self, code: int) -> float | None:
        """Points of an answer code; None where it has none."""
        if code in (UNTESTABLE, UNTESTABLE_OLD):
            return self.untestable
        if code >= MISSING:
            return None
        return self.points[code] if self.points else float(code)

    def find_part(self, code: str) -> str | None:
        """Part of the form that an item belongs to; None where it has none."""
        return next((part for part, items in self.parts.items() if code in items), None)

    @property
    def codes(self) -> tuple[str, ...]:
        """Item codes in order."""
        return tuple(item.code for item in self.items)


def build_instruments(options: ScoreOptions = DEFAULTS) -> dict[str, Instrument]:
    """The five instruments by QSCAT code, as the options define them."""
    built = (
        _build_nihss(),
        _build_fim(),
        _build_mas(options),
        _build_fugl_meyer(options),
        _build_sf36(options),
    )
    return {instrument.qscat: instrument for instrument in built}


def find_instrument(name: str, options: ScoreOptions = DEFAULTS) -> Instrument:
    """An instrument by QSCAT code or module name, in any case; `fms` is the Fugl-Meyer form.

    Raises
    ------
    ItemsError
        Unknown name, with the nearest one.
    """
    known: dict[str, Instrument] = {}
    for instrument in build_instruments(options).values():
        known |= {instrument.name: instrument, instrument.qscat.casefold(): instrument}
    known["fms"] = known["fma"]
    wanted = name.strip().casefold().replace("-", "_").replace("sf_36", "sf36")
    if wanted not in known:
        near = nearest_name(wanted, list(known))
        hint = f"; did you mean {near!r}?" if near else ""
        raise ItemsError(f"no instrument {name!r}; known: nihss fim mas fugl_meyer sf36{hint}")
    return known[wanted]


def _build_nihss() -> Instrument:
    parameters = (
        Parameter("NIHSSTOT", "NIHSS total", "total", nihss.CODES, 0, 42, -1),
        Parameter("NIHSSMOT", "NIHSS limb motor", "motor", nihss.MOTOR, 0, 16, -1),
    )
    return Instrument(
        "NIHSS",
        "nihss",
        "National Institutes of Health Stroke Scale",
        nihss.ITEMS,
        nihss.score_nihss,
        parameters,
        nihss.RULE,
        -1,
    )


def _build_fim() -> Instrument:
    parameters = tuple(
        Parameter(paramcd, label, column, members, len(members), 7 * len(members), 1)
        for paramcd, label, column in (
            ("FIMTOT", "FIM total", "total"),
            ("FIMMOT", "FIM motor", "motor"),
            ("FIMCOG", "FIM cognitive", "cognitive"),
        )
        for members in (fim.DOMAINS[column],)
    )
    return Instrument(
        "FIM",
        "fim",
        "Functional Independence Measure",
        fim.ITEMS,
        fim.score_fim,
        parameters,
        fim.RULE,
        1,
        points=fim.POINTS,
        untestable=fim.POINTS[0],
    )


def _build_mas(options: ScoreOptions) -> Instrument:
    arm, leg = tuple(options.mas_arm), tuple(options.mas_leg)
    top = mas.CODINGS[options.mas_coding][-1]
    score = partial(
        mas.score_mas,
        coding=options.mas_coding,
        arm=arm,
        leg=leg,
        min_rated=options.mas_min_rated,
    )
    parameters = (
        Parameter("MASUE", "MAS arm mean", "ue_mean", arm, 0, top, -1),
        Parameter("MASLE", "MAS leg mean", "le_mean", leg, 0, top, -1),
        Parameter("MASWORST", "MAS worst grade", "worst", (*arm, *leg), 0, top, -1),
    )
    return Instrument(
        "MAS",
        "mas",
        "Modified Ashworth Scale",
        mas.build_items((*arm, *leg)),
        score,
        parameters,
        mas.describe_rule(options.mas_coding, options.mas_min_rated),
        -1,
        points=mas.CODINGS[options.mas_coding],
    )


def _build_fugl_meyer(options: ScoreOptions) -> Instrument:
    if options.fms_total is not None and options.fms_definition == "total_only":
        return _build_total_only(options)
    chosen = FMS_SCORES[options.fms_definition]
    columns = (
        ("FMS", f"FMS ({chosen.label})", chosen.column),
        ("FMATOT", "Fugl-Meyer motor", "motor_total"),
        ("FMAUE", "Fugl-Meyer arm", "ue_total"),
        ("FMALE", "Fugl-Meyer leg", "le_total"),
        ("FMAWH", "Fugl-Meyer wrist and hand", "ue_wrist_hand"),
    )
    parameters = tuple(
        Parameter(paramcd, label, column, fugl_meyer.SUMS[column], 0, high, 1)
        for paramcd, label, column in columns
        for high in (2 * len(fugl_meyer.SUMS[column]),)
    )
    return Instrument(
        "FMA",
        "fugl_meyer",
        "Fugl-Meyer motor scale",
        fugl_meyer.ITEMS,
        partial(fugl_meyer.score_fugl_meyer, definition=options.fms_definition),
        parameters,
        fugl_meyer.RULE,
        1,
        parts=fugl_meyer.PARTS,
    )


def _build_total_only(options: ScoreOptions) -> Instrument:
    total = options.fms_total
    assert total is not None  # noqa: S101 - the caller has looked
    item = Item(TOTAL_COLUMN, total.label, {}, limits=(total.minimum, total.maximum))
    parameter = Parameter(
        "FMS",
        f"FMS ({total.label})",
        "fms",
        (TOTAL_COLUMN,),
        total.minimum,
        total.maximum,
        total.direction,
    )
    return Instrument(
        "FMA",
        "fugl_meyer",
        total.label,
        (item,),
        partial(fugl_meyer.score_fugl_meyer, definition="total_only", total=total),
        (parameter,),
        f"{total.label}: the number as recorded",
        total.direction,
    )


def _build_sf36(options: ScoreOptions) -> Instrument:
    version = options.sf36_version
    norms = sf36.check_version(version, options.sf36_norms)
    suffix = "_half" if norms is None and options.sf36_rand_half else ""
    parameters = [
        Parameter(
            f"SF36{scale}",
            f"{_NAMES[norms is None]} {label}",
            scale + suffix,
            sf36_recoding.SCALE_ITEMS[scale],
            0,
            100,
            1,
        )
        for scale, label in zip(SCALES, _SCALE_LABELS, strict=True)
    ]
    if norms is not None:
        parameters += _norm_based(norms)
    return Instrument(
        "SF36",
        "sf36",
        "RAND 36-Item Health Survey" if norms is None else f"SF-36 version {version[1:]}",
        sf36_recoding.build_items(version),
        partial(sf36.score_sf36, version=version, norms=norms),
        tuple(parameters),
        sf36.describe_rule(version, norms),
        0,
    )


_NAMES = {True: "RAND-36", False: "SF-36"}
_SCALE_LABELS: Sequence[str] = (
    "physical functioning",
    "role, physical",
    "bodily pain",
    "general health",
    "vitality",
    "social functioning",
    "role, emotional",
    "mental health",
)


def _norm_based(norms: Norms) -> list[Parameter]:
    every_item = tuple(code for members in sf36_recoding.SCALE_ITEMS.values() for code in members)
    scales = [
        Parameter(
            f"SF36{scale}T",
            f"SF-36 {label}, T score",
            f"{scale}_T",
            sf36_recoding.SCALE_ITEMS[scale],
            *norms.t_range(scale),
            1,
        )
        for scale, label in zip(SCALES, _SCALE_LABELS, strict=True)
    ]
    components = [
        Parameter(
            f"SF36{component}",
            f"SF-36 {label} component summary",
            component,
            every_item,
            *norms.component_range(component),
            1,
        )
        for component, label in (("PCS", "physical"), ("MCS", "mental"))
    ]
    return scales + components
