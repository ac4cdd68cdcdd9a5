"""The command line: one module per command, thin; words in, calls and exit codes out."""
