"""All benchmarks, or those named: ``python -m bench [scales] [stats] ...``.

Every module of this folder with a function ``run`` is one; each prints its own table.
"""

import importlib
import os
import pkgutil
import sys
from pathlib import Path

# one thread: ratios of a run on a busy machine stay comparable
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")


def list_benchmarks() -> list[str]:
    """Names of the modules beside this one, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in found if not name.startswith("_"))


def main(names: list[str]) -> int:
    known = list_benchmarks()
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        print(f"\n== {name} ==")
        importlib.import_module(f"bench.{name}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
