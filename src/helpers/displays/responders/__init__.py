"""Responders, sustained response and distributions of change."""
