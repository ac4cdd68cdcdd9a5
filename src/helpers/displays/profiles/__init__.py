"""Profiles of single participants: doses, events, measurements on one axis of time."""
