"""Pages for readers: one per report, one per interim, one for all interims."""
