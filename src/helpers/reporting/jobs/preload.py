"""Imported once by the server that jobs are forked from, so that no job imports anything again."""

# ruff: noqa: F401 - importing is the point
import gc

import ipykernel.kernelapp
import lifelines
import matplotlib.figure
import numpy
import pandas
import papermill.translators
import pyarrow.ipc
import scipy.stats

import helpers.__main__
import helpers.displays
import helpers.notebook
import helpers.reporting.jobs.run_job
import helpers.reporting.jobs.view_task
import helpers.reporting.publishing.index_pages
from helpers.displays.declare import load_catalogue

load_catalogue()
# what is loaded stays: no job or kernel searches it for garbage, nor copies its pages by doing so
gc.collect()
gc.freeze()
