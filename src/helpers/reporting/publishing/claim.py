"""Two runs of one interim at the same time: the second waits, and looks again what is left."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from helpers.reporting.plan import Plan, Target, build_plan
from helpers.reporting.publishing.publish import check_writable, open_lock
from helpers.reporting.publishing.state import run_lock_path
from helpers.reporting.run import Listener


@contextmanager
def claim_targets(plan: Plan, listener: Listener) -> Iterator[Plan]:
    """The plan, once no other run makes any of its stale reports; made anew if one did.

    Raises
    ------
    RunError
        If nothing can be written where reports are published.
    """
    with ExitStack() as held:
        # always in the same order, so that no two runs wait for each other
        stale = sorted((t for t in plan.targets if t.stale), key=lambda t: (t.name, t.audience))
        if stale:
            check_writable(plan.request.out)
        waited = False
        for target in stale:
            waited |= _claim(plan, target, held, listener)
        if waited:
            plan = build_plan(plan.request)
            if not any(target.stale for target in plan.targets):
                listener.note("the other run has made everything; nothing is left to do")
        yield plan


def _claim(plan: Plan, target: Target, held: ExitStack, listener: Listener) -> bool:
    """Hold a target until the end; whether another run held it."""
    path: Path = run_lock_path(plan.request.out, target.name, target.audience)
    handle = open_lock(path)
    held.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        listener.note(f"{target.name} ({target.audience}): another run makes it; waiting for it")
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    return False
