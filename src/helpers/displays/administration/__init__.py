"""Adverse events around administrations."""
