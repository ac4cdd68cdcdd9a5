"""Views of the trial of the tests, built once per session for all workers.

Building one takes a second or two, and some forty modules look at the same few.
"""

import fcntl
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from helpers.bundle import pack_view, unpack_view
from helpers.datasets.build import build_view
from helpers.displays.model import Display
from helpers.params import load_interim, load_trial
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"


def view_of_export(export: Path, interim: str, audience: str = "closed_unmasked") -> View:
    """The view of an interim with the parameters of the tests: a copy of its own for each caller.

    `export` is one that no test changes; what was built is kept beside it.
    """
    kept = export.parent / f"view of {export.name}, {interim}, {audience}"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pack_view(_build(export, interim, audience)))
    return unpack_view(kept.read_bytes())


def _build(export: Path, name: str, audience: str) -> View:
    trial = load_trial(PARAMS)
    interim = load_interim(PARAMS, name, trial)
    return build_view(export, PARAMS, trial=trial, interim=interim, audience=audience)


def shared_view(export: Path, interim: str, audience: str = "closed_unmasked") -> View:
    """The same view for every caller of a worker, for displays only: nobody changes it.

    Without the fingerprint, which differs with every change of any data set.
    """
    return _share(export, interim, audience)


@cache
def _share(export: Path, interim: str, audience: str) -> View:
    return replace(view_of_export(export, interim, audience), digest="")


def shared_display(
    make: Callable[[View], Display], export: Path, interim: str, audience: str = "closed_unmasked"
) -> Display:
    """A display of that view, made once in a worker: several modules read the same ones.

    `view.once(make)` of a shared view is the same display.
    """
    return shared_view(export, interim, audience).once(make)
