"""What tests derive of an export in part is what the whole build makes of it."""

from collections.abc import Callable, Mapping

import pandas as pd
import pytest
from mini_data import (
    derive,
    derive_laboratory,
    derive_monitored,
    derive_protocol,
    derive_safety,
    derive_vitals,
    finish,
)
from mini_export import MiniExport
from score_export import items, score, status

PARTS: dict[str, Callable[[MiniExport], Mapping[str, pd.DataFrame]]] = {
    "safety": derive_safety,
    "monitored": derive_monitored,
    "protocol": derive_protocol,
    "laboratory": derive_laboratory,
    "vitals": derive_vitals,
    "scores": lambda mini: finish({"adeff": score(mini)}),
    "items": lambda mini: finish({"adqs": items(mini)}),
    "visits": lambda mini: finish({"advisit": status(mini)}),
}
# what later steps of the build add to a data set
LATER = {
    ("safety", "adae"): {"ALTTRGFL", "ALTAAFL", "ALTSTPFL", "ALTREF", "ALTWINHR"},
    ("items", "adqs"): {"ANL01FL", "QSTEST", "AVAL", "IMPRPCT", "QSPART"},
}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_derived_in_part_is_that_of_the_whole_build(part: str) -> None:
    mini = MiniExport()
    whole = derive(mini)
    for name, frame in PARTS[part](mini).items():
        assert len(frame), name
        # of adsl nearly every part has less
        if name != "adsl":
            assert set(whole[name]) - set(frame) == LATER.get((part, name), set())
        pd.testing.assert_frame_equal(frame, whole[name][list(frame)], obj=name)
