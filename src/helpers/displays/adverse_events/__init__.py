"""Adverse events by kind, class and term."""
