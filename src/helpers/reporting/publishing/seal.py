"""The seal of letters: of a trial the same at every interim, or of each interim its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import UsageError
from helpers.intake.info import read_info
from helpers.masking.key import MaskKey, find_key
from helpers.masking.labels import draw_labels, seal_labels
from helpers.masking.words import SCOPES
from helpers.params.interim import Interim
from helpers.params.trial import MaskScope, Trial
from helpers.reporting.publishing.manifest import MANIFEST, read_manifest

MASKED = "closed_masked"
LABELS = "labels"
TRIAL: MaskScope = "trial"
TEST_NOTE = "Letters by the public test key of synthetic data: they mask nothing."


@dataclass(frozen=True)
class Seals:
    """The key of a call, and what manifests say of the letters that it gives.

    `values` are seals by name of the interim's file; with the scope `trial` they are one.
    """

    key: MaskKey = field(repr=False)
    scope: MaskScope
    values: Mapping[str, str]

    def describe(self, interim: str) -> dict[str, Any]:
        """What the masked manifest of an interim says of its letters."""
        note = TEST_NOTE if self.key.test else ""
        return {"seal": self.values[interim], "scope": self.scope, "note": note}


def describe_scope(manifest: Mapping[str, Any]) -> str:
    """Whether letters of a masked manifest hold at other interims; empty for other readers."""
    return SCOPES[manifest[LABELS].get("scope", TRIAL)] if LABELS in manifest else ""


def seal_trial(reference: str, data: Path, trial: Trial, interims: Mapping[str, Interim]) -> Seals:
    """Key of a call and the seals of its interims.

    Raises
    ------
    UsageError
        If the trial cannot have letters, or the key is missing or cannot be used.
    """
    key = find_key(reference, synthetic=read_info(data).synthetic)
    values = {
        name: seal_interim(key, trial, interim.interim_id) for name, interim in interims.items()
    }
    return Seals(key, trial.mask_scope, values)


def seal_interim(key: MaskKey, trial: Trial, interim_id: str) -> str:
    """Seal of the letters that arms have at an interim."""
    drawn = trial.name_draw(interim_id)
    labels = draw_labels(key, trial.study, [arm.code for arm in trial.arms], drawn)
    return seal_labels(key, labels, drawn)


def check_seals(out: Path, seals: Seals) -> None:
    """Stop where a published report of the same folder has letters that these do not go with.

    A reader who compares two interims would take one arm for another. Where letters are those of
    the trial, every published report has to have them; where they are dealt anew at each interim,
    only that of the same interim.

    Raises
    ------
    UsageError
        Naming the report.
    """
    for path in sorted(out.glob(f"*/{MASKED}/{MANIFEST}")):
        said = read_manifest(path.parent).get(LABELS)
        if said is not None:
            _check_scope(path.parent, said.get("scope", TRIAL), seals.scope)
            _check_seal(path.parent, said["seal"], seals)


def _check_scope(folder: Path, before: str, now: str) -> None:
    if before != now:
        raise UsageError(
            f"{folder}: its seal does not match: its letters were dealt with mask_scope: {before}, "
            f"and trial.yaml says {now}; a reader would take one arm for another. Keep "
            f"mask_scope: {before}, or move every masked report of the trial away"
        )


def _check_seal(folder: Path, before: str, seals: Seals) -> None:
    name = folder.parent.name
    if seals.scope == TRIAL:
        if before not in seals.values.values():
            raise UsageError(
                f"{folder}: its letters are sealed by another key, so A would be another arm; "
                "give the key of that report, or move every masked report of the trial away"
            )
    elif before != seals.values.get(name, before):
        raise UsageError(
            f"{folder}: its letters are sealed by another key or for another interim_id, so A "
            "would be another arm than in the report that readers have; give the key of that "
            "report, or move it away"
        )
