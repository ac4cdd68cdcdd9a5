"""Participants at baseline."""
