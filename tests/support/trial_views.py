"""Views of the trial of the tests, built once per session for all workers and for the program.

Building one takes a second or two, and some forty modules look at the same few.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from kept_views import find_kept
from program import PREPARED

from helpers.bundle import unpack_view
from helpers.datasets.reader import Reader
from helpers.displays.model import Display
from helpers.reporting.jobs.view_task import build_packed_view
from helpers.view import View

PARAMS = Path(__file__).parents[1] / "trial" / "params"


def view_of_export(export: Path, interim: str, audience: str = "closed_unmasked") -> View:
    """The view of an interim with the parameters of the tests: a copy of its own for each caller.

    `export` is one that no test changes.
    """
    return unpack_view(_find_packed(export, interim, audience))


@cache
def _find_packed(export: Path, interim: str, audience: str) -> bytes:
    assert PREPARED.kept is not None
    reader = Reader(audience)
    return find_kept(PREPARED.kept, build_packed_view, export, PARAMS, interim, reader).content


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
