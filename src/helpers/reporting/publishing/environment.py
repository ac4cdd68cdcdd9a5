"""What a job's processes may not inherit from the person or machine that starts them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# One thread: sums of several threads are added in an order that changes from run to run.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
JOB_ENVIRONMENT: Mapping[str, str] = {
    **dict.fromkeys(_THREADS, "1"),
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    # a figure that a cell leaves open is shown, as in JupyterLab
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MATPLOTLIBRC": str(Path(__file__).parents[1] / "matplotlibrc"),
    "SOURCE_DATE_EPOCH": "0",  # the date inside a picture
    # bytes: the columns of a large trial go back to the system when they are let go, where the C
    # library would keep them for itself (glibc; others do not read it)
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "LANGUAGE": "",
    "COLUMNS": "80",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


@contextmanager
def job_environment() -> Iterator[None]:
    """Set `JOB_ENVIRONMENT` for processes that are started within."""
    before = {name: os.environ.get(name) for name in JOB_ENVIRONMENT}
    os.environ.update(JOB_ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
