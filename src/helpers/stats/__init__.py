"""Statistical methods, one per file; they know nothing of trials, files or parameters."""
