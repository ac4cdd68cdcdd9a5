"""Answers of forms as numbers, and what is wrong with them."""
