"""Profiles of scales and items, and answers that enter no scale."""
