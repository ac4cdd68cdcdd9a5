"""What `interim score` reads and says."""
