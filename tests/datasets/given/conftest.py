"""Puts the folder with small files of analysis data on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "adam"))
