"""Pages for requests to be contacted: those that wait, and those that the person took."""
