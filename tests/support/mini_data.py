"""Analysis data sets of the small clean export, for a cut-off, as any test may change it."""

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd
from mini_export import PARAMS, MiniExport, schemas, trial

from helpers.datasets.build import build_datasets
from helpers.datasets.events.adae import build_adae
from helpers.datasets.events.addv import build_addv
from helpers.datasets.events.adstop import build_adstop
from helpers.datasets.events.other_dates import Monitored, derive_other_dates
from helpers.datasets.exposure.adex import build_adex, derive_dose_status
from helpers.datasets.finish import finish_dataset
from helpers.datasets.laboratory.adlb import build_adlb
from helpers.datasets.laboratory.advs import build_advs
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.populations import derive_per_protocol, derive_visit_status
from helpers.datasets.subjects.waiting import derive_waiting
from helpers.datasets.visits.advisit import build_advisit
from helpers.intake.cutoff import cut_records
from helpers.intake.records import Records
from helpers.params import load_interim
from helpers.params.interim import Interim

LATE = "2022-06-01"
P = ParamSpec("P")
Made = TypeVar("Made")
LATEST = 12  # exports of which the data sets are kept


@cache
def interim(name: str = "fin") -> Interim:
    return load_interim(PARAMS, name, trial())


def once_per_export(
    make: Callable[Concatenate[MiniExport, P], Made],
) -> Callable[Concatenate[MiniExport, P], Made]:
    """Made once for the same rows, as far as it is one of the latest; nobody changes what is made.

    Half of all tests look at the export that no test has changed.
    """
    kept: dict[object, Made] = {}

    @wraps(make)
    def find(mini: MiniExport, *args: P.args, **named: P.kwargs) -> Made:
        place = (mini.contents(), args, tuple(named.items()))
        # the latest asked for stands last, so that the unchanged export stays
        made = kept.pop(place) if place in kept else make(mini, *args, **named)
        kept[place] = made
        if len(kept) > LATEST:
            del kept[next(iter(kept))]
        return made

    return find


@once_per_export
def cut(mini: MiniExport, cutoff: str = LATE) -> Records:
    return cut_records(mini.records(), schemas(), pd.Timestamp(cutoff))[0]


@once_per_export
def derive(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """Every data set as a closed view holds it."""
    return finish(build_datasets(cut(mini, cutoff), trial(), interim(), pd.Timestamp(cutoff)))


@once_per_export
def derive_safety(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """adsl, adex and adae alone, without populations that need scores: a third of the time."""
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    adex = build_adex(records, adsl, trial(), interim())
    adsl = derive_waiting(derive_dose_status(adsl, adex, trial()), adex)
    adae = build_adae(records, adsl, trial(), interim())
    return finish({"adsl": adsl, "adex": adex, "adae": adae})


@once_per_export
def derive_monitored(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """adsl, adex, adae and adstop, with what would be so by the other date of a dose."""
    records = cut(mini, cutoff)
    data = dict(derive_safety(mini, cutoff))
    found = Monitored(data["adsl"], data["adae"], build_adstop(data["adsl"], data["adae"], trial()))
    _, *other = derive_other_dates(found, records, data["adex"], trial(), interim())
    return finish({**data, **dict(zip(("adae", "adstop"), other, strict=True))})


@once_per_export
def derive_protocol(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """adsl with who kept to the protocol, adex and advisit."""
    records, day = cut(mini, cutoff), pd.Timestamp(cutoff)
    adsl = build_adsl(records, trial(), day)
    advisit = build_advisit(records, adsl, trial(), day)
    adsl = derive_visit_status(adsl, advisit, trial(), interim())
    adex = build_adex(records, adsl, trial(), interim())
    adsl = derive_waiting(derive_dose_status(adsl, adex, trial()), adex)
    addv = build_addv(records, adsl)
    adsl = derive_per_protocol(adsl, adex, addv, advisit, trial(), interim())
    return finish({"adsl": adsl, "adex": adex, "advisit": advisit})


@once_per_export
def derive_laboratory(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """adlb."""
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    return finish({"adlb": build_adlb(records, adsl, trial())})


@once_per_export
def derive_vitals(mini: MiniExport, cutoff: str = LATE) -> Mapping[str, pd.DataFrame]:
    """advs."""
    records = cut(mini, cutoff)
    adsl = build_adsl(records, trial(), pd.Timestamp(cutoff))
    adex = build_adex(records, adsl, trial(), interim())
    return finish({"advs": build_advs(records, adsl, adex, trial())})


def finish(data: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    return {name: finish_dataset(frame) for name, frame in data.items()}


def person(mini: MiniExport, subject: str, cutoff: str = LATE) -> pd.Series:
    """Row of adsl."""
    return derive_safety(mini, cutoff)["adsl"].set_index("SUBJID").loc[subject]
