"""Imported once by the server that jobs are forked from, so that no job imports anything again."""

# ruff: noqa: F401 - importing is the point
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
from helpers.displays.audience import load_catalogue

load_catalogue()
