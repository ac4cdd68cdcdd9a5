"""Loaded once by the server that jobs are forked from, so that no job loads anything again."""

# ruff: noqa: F401 - importing is the point
import datetime as dt
import faulthandler
import gc
import importlib
import sys

import ipykernel.kernelapp
import IPython.core.completerlib
import IPython.core.debugger
import IPython.core.logger
import lifelines
import matplotlib.figure
import numpy
import pandas
import papermill.translators
import pyarrow.ipc
import pyarrow.pandas_compat
import scipy.stats

import helpers.__main__
import helpers.displays
import helpers.notebook
import helpers.reporting.jobs.run_job
import helpers.reporting.jobs.view_task
import helpers.reporting.publishing.index_pages
from helpers.displays.declare import load_catalogue
from helpers.reporting.notebooks.nodes import build_notebook, format_notebook, read_notebook
from helpers.reporting.page.facts import PageFacts
from helpers.reporting.page.render import page_environment, render_page


def load_pages() -> None:
    """Compile the templates, and make a page of nothing: what its libraries compile is kept."""
    templates = page_environment()
    for name in templates.list_templates(extensions=["j2"]):
        templates.get_template(name)
    day = dt.date(2000, 1, 1)
    facts = PageFacts("", "", "", "", "", "", "open", cutoff=day, extract=day, synthetic=True)
    render_page(read_notebook(format_notebook(build_notebook([])), ""), facts)


def load_kernel() -> None:
    """What a kernel asks for a debugger, told that there is none: no report is stepped through."""
    if "debugpy" in sys.modules:
        return
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        del sys.modules["debugpy"]


load_catalogue()
load_kernel()
load_pages()
# what is loaded stays: no job or kernel searches it for garbage, nor copies its pages by doing so
gc.collect()
gc.freeze()
