"""Displays of vital signs."""
