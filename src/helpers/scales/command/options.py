"""The choices a trial makes about its instruments, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.scales import mas
from helpers.scales.fms import TotalScale, check_definition
from helpers.scales.items.read import ItemsError
from helpers.scales.sf36 import check_version
from helpers.scales.sf36_norms import Norms


@dataclass(frozen=True)
class ScoreOptions:
    """How forms are scored; the defaults are those of the scoring functions.

    Attributes
    ----------
    mas_coding : `one_point_five` or `ordinal_0_5`
    mas_arm, mas_leg : muscle groups (item codes) of each limb
    mas_min_rated : groups a limb mean needs
    sf36_version : `rand`, `v1` or `v2`
    sf36_norms : built-in name, norms from `read_norms`, or None for the version's default
    sf36_rand_half : RAND only: at least half of the items must be answered
    fms_definition : which score the trial's FMS is
    fms_total : range of the recorded number when `fms_definition` is `total_only`
    """

    mas_coding: str = "one_point_five"
    mas_arm: Sequence[str] = mas.ARM
    mas_leg: Sequence[str] = mas.LEG
    mas_min_rated: int = 2
    sf36_version: str = "v2"
    sf36_norms: str | Norms | None = None
    sf36_rand_half: bool = False
    fms_definition: str = "fma_motor"
    fms_total: TotalScale | None = None

    def __post_init__(self) -> None:
        if self.mas_coding not in mas.CODINGS:
            raise ItemsError(f"MAS coding {self.mas_coding!r} is none of {', '.join(mas.CODINGS)}")
        check_version(self.sf36_version, self.sf36_norms)
        check_definition(self.fms_definition, self.fms_total)
