"""Administrations and lots."""
