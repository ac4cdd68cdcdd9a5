"""Differences between arms in the scores, by models."""
