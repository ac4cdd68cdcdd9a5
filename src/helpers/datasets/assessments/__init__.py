"""Forms and scores."""
