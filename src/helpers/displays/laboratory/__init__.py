"""Displays of laboratory values."""
