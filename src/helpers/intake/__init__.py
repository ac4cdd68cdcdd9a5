"""From the files of an export to typed tables, findings and the data cut."""
