"""Displays of the scores."""
