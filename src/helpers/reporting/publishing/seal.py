"""The seal of the letters of a trial: the same at every interim, or nothing is made."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import UsageError
from helpers.intake.info import read_info
from helpers.masking.key import MaskKey, find_key
from helpers.masking.labels import draw_labels, seal_labels
from helpers.params.trial import Trial
from helpers.reporting.publishing.manifest import MANIFEST, read_manifest

MASKED = "closed_masked"
LABELS = "labels"
TEST_NOTE = "Letters by the public test key of synthetic data: they mask nothing."


@dataclass(frozen=True)
class Seal:
    """The key of a call, and what manifests say of the letters that it gives."""

    key: MaskKey = field(repr=False)
    value: str

    def describe(self) -> dict[str, Any]:
        """What a masked manifest says of its letters."""
        return {"seal": self.value, "note": TEST_NOTE if self.key.test else ""}


def seal_trial(reference: str, data: Path, trial: Trial) -> Seal:
    """Key and seal of the letters of a trial.

    Raises
    ------
    UsageError
        If the trial cannot have letters, or the key is missing or cannot be used.
    """
    key = find_key(reference, synthetic=read_info(data).synthetic)
    labels = draw_labels(key, trial.study, [arm.code for arm in trial.arms])
    return Seal(key, seal_labels(key, labels))


def check_seals(out: Path, seal: Seal) -> None:
    """Stop where a published report of the same folder has letters of another key.

    A reader who compares two interims would take one arm for another.

    Raises
    ------
    UsageError
        Naming the report.
    """
    for path in sorted(out.glob(f"*/{MASKED}/{MANIFEST}")):
        before = read_manifest(path.parent).get(LABELS, {}).get("seal", seal.value)
        if before != seal.value:
            raise UsageError(
                f"{path.parent}: its letters are sealed by another key, so A would be another arm; "
                "give the key of that report, or move every masked report of the trial away"
            )
