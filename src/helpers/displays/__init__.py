"""Tables, listings and figures of the two reports: values that show themselves."""
