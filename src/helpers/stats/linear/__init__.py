"""Linear models: design matrix, least squares, estimates."""
