"""Planned visits and their windows."""
