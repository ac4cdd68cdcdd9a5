"""Accrual against the plan."""
