"""What a call may cost: seconds of the processor, memory beyond what the process held before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROCESS = Path("/proc/self")
RESET_PEAK = "5"  # proc(5): the highest resident size is that of now


@contextmanager
def cheap(*, seconds: float, mebibytes: int) -> Iterator[None]:
    """Fail where what is done here takes more.

    The highest size of a process is set back first: that of a worker which has run other tests is
    above nearly anything, and `getrusage` never forgets it.
    """
    (PROCESS / "clear_refs").write_text(RESET_PEAK)
    start, before = time.process_time(), _read_peak()
    yield
    assert time.process_time() - start < seconds
    assert _read_peak() - before < mebibytes * 1024


def _read_peak() -> int:
    """Highest resident size since it was set back, in KiB."""
    lines = (PROCESS / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
