"""API keys of agencies: made for a year at most and shown once, rotated with an overlap, revoked at once."""
