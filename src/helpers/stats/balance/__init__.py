"""Standardised differences and what chance does to them."""
