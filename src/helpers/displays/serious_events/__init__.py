"""Serious adverse events."""
