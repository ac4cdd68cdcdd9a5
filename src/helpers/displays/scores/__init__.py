"""Scores at baseline and over time."""
