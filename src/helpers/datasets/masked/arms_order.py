"""Arms of a report that names them, in the order of the letters of masked reports."""

from pathlib import Path

from helpers.errors import UsageError
from helpers.masking.key import MaskKey
from helpers.masking.labels import draw_labels, seal_labels
from helpers.params.committee import read_whole
from helpers.params.loading import COMMITTEE_FILE
from helpers.params.trial import Trial

MASK = "mask"


def order_arms(trial: Trial, key: MaskKey, params: Path, interim_id: str) -> Trial:
    """The trial with its arms in the order A, B, C of the key at this interim.

    Such a page tells the letters to everybody who also holds a masked one: the first arm is A. So
    it is made only once that somebody learns them has been written down, as for `interim unmask`.

    Raises
    ------
    UsageError
        If no unmasking of these letters is in the committee's file.
    """
    drawn = trial.name_draw(interim_id)
    labels = draw_labels(key, trial.study, [arm.code for arm in trial.arms], drawn)
    seal = seal_labels(key, labels, drawn)
    committee = read_whole(params)
    entries = () if committee is None else committee.unmaskings
    if all(entry.seal != seal for entry in entries):
        raise UsageError(
            "arms_order: found mask, which on a report that names the arms tells the letters of "
            f"masked ones: its first arm would be A. Write who unmasks them into {COMMITTEE_FILE} "
            f"(unmaskings, seal {seal}), or leave the key out: registry, as in trial.yaml"
        )
    return trial.model_copy(
        update={"arms": tuple(sorted(trial.arms, key=lambda a: labels[a.code]))}
    )
