"""Displays with one line, column or point for each participant."""
