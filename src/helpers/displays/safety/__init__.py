"""Displays of adverse events."""
