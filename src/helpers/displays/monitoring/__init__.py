"""Stopping rule and triggers of a review, in words."""
