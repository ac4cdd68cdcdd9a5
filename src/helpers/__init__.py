"""Interim reports of a clinical trial: everything the notebooks call."""
