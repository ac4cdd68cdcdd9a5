"""A report as a job in a process of its own."""
