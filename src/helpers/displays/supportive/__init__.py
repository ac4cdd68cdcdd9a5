"""Supportive analyses of the key result: subgroups, shrinkage, agreement of scores, dose."""
