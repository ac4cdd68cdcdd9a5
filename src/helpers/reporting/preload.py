"""Imported once by the server that jobs are forked from, so that no job imports anything again."""

# ruff: noqa: F401 - importing is the point
import contextlib
import importlib
import pkgutil

import ipykernel.kernelapp
import matplotlib.figure
import numpy
import pandas
import papermill.translators
import pyarrow.ipc
import scipy.stats

import helpers.__main__
import helpers.displays
import helpers.notebook
import helpers.reporting.index_pages
import helpers.reporting.run_job
import helpers.reporting.view_task

for module in pkgutil.walk_packages(helpers.displays.__path__, "helpers.displays."):
    # a display that cannot be imported fails in the cell that asks for it, where it can be named
    with contextlib.suppress(Exception):
        importlib.import_module(module.name)
