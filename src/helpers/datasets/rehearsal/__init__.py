"""Rehearsals: the same records with the arms dealt out anew among the participants."""
