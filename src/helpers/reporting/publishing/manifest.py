"""manifest.json: what went in, what made it, what came out. No clock, host, path or person."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
# In an open manifest only what says nothing of arms, doses or stopping rules.
OPEN_PARAMETERS = (
    "trial_id",
    "interim_id",
    "interim_label",
    "sequence",
    "cutoff",
    "extract",
    "reports",
    "population_safety",
    "population_efficacy",
    "conf_level_safety",
    "ci_prop",
    "small_cell",
)
SYNTHETIC_NOTE = "Synthetic data: invented participants, no real trial results."


def select_parameters(interim: Mapping[str, Any], *, closed: bool) -> dict[str, Any]:
    """Parameters of an interim that the manifest of an audience may hold.

    Of the alpha ledger the name of the file, not where it lies; of the mask key its reference.
    """
    ledger = interim.get("alpha_ledger")
    named = {**interim, **({"alpha_ledger": Path(ledger).name} if ledger else {})}
    return {key: value for key, value in named.items() if closed or key in OPEN_PARAMETERS}


def digest_outputs(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 of each published file, by path, sorted."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


def format_manifest(content: Mapping[str, Any]) -> bytes:
    """Manifest as text, keys sorted."""
    return f"{json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)}\n".encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of a published folder; empty when there is none or it cannot be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def find_other_trials(out: Path) -> list[str]:
    """Folders below `out` with an index page and published reports of their own."""
    found = {path.parents[2] for path in out.glob(f"*/*/*/{MANIFEST}")}
    return sorted(folder.name for folder in found if (folder / "index.html").is_file())
