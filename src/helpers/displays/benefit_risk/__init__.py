"""Harm and benefit of the same participants beside each other."""
