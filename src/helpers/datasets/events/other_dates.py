"""The stopping rule once more, with each doubtful dose on the day that other records give it."""

from typing import NamedTuple

import pandas as pd

from helpers.datasets.events.adae import build_adae
from helpers.datasets.events.adpause import build_adpause
from helpers.datasets.events.adstop import build_adstop
from helpers.datasets.exposure.adex import build_adex, derive_dose_status
from helpers.datasets.exposure.other_dates import move_doses
from helpers.datasets.flags import flag
from helpers.datasets.subjects.adsl import build_adsl
from helpers.datasets.subjects.waiting import derive_waiting
from helpers.intake.records import Records
from helpers.params.interim import Interim
from helpers.params.trial import Trial

EVENT = ["USUBJID", "AESEQ"]
NAMES = {"EVALDT": "ALTEVLDT", "STOPDT": "ALTSTPDT", "SRCSEQ": "ALTSEQ"}


class Monitored(NamedTuple):
    """What the rules of monitoring read: participants, events, those whom the rule counts."""

    adsl: pd.DataFrame
    adae: pd.DataFrame
    adstop: pd.DataFrame


def derive_other_dates(
    found: Monitored, records: Records, adex: pd.DataFrame, trial: Trial, interim: Interim
) -> Monitored:
    """ALTSTPFL, ALTAAFL, ALTTRGFL, ALTREF, ALTWINHR of adae; ALTEVLDT, ALTSTPDT, ALTSEQ of adstop.

    As if each ALTDT of adex were true; without one they are SEVTOXFL, AAFL, Y for the records of
    adpause, DOSEREF, WINHRS, EVALDT, STOPDT and SRCSEQ.
    """
    other = found
    if adex["ALTDT"].notna().any():
        other = _build_monitored(move_doses(records, adex), trial, interim)
    flags = other.adae.set_index(EVENT)[["SEVTOXFL", "AAFL", "DOSEREF", "WINHRS"]]
    triggers = build_adpause(other.adsl, other.adae, adex, None, trial)
    triggers = triggers[triggers["SRCDOM"] == "ae"]
    counted = set(zip(triggers["USUBJID"], triggers["SRCSEQ"], strict=True))
    keys = pd.MultiIndex.from_frame(found.adae[EVENT])
    persons = other.adstop.set_index("USUBJID")
    columns = {
        new: found.adstop["USUBJID"].map(persons[old]).astype(found.adstop[old].dtype)
        for old, new in NAMES.items()
    }
    return Monitored(
        found.adsl,
        found.adae.assign(
            ALTSTPFL=flags["SEVTOXFL"].reindex(keys).to_numpy(),
            ALTAAFL=flags["AAFL"].reindex(keys).to_numpy(),
            ALTREF=flags["DOSEREF"].reindex(keys).array,
            ALTWINHR=flags["WINHRS"].reindex(keys).array,
            ALTTRGFL=flag(
                pd.Series([key in counted for key in keys], index=found.adae.index, dtype=bool)
            ),
        ),
        found.adstop.assign(**columns),
    )


def _build_monitored(records: Records, trial: Trial, interim: Interim) -> Monitored:
    cutoff = records.cutoff
    if cutoff is None:
        raise ValueError("the stopping rule is applied to records cut at a day")
    adsl = build_adsl(records, trial, cutoff)
    adex = build_adex(records, adsl, trial, interim)
    adsl = derive_waiting(derive_dose_status(adsl, adex, trial), adex)
    adae = build_adae(records, adsl, trial, interim)
    return Monitored(adsl, adae, build_adstop(adsl, adae, trial))
