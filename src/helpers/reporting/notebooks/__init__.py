"""Notebooks as values: prepared, stripped, harvested."""
