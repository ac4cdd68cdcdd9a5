"""Models of the scores of a view: which values enter, the fit, what it estimates."""
