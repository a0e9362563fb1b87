"""API keys of agencies: valid for a year at most, shown once, rotated with an overlap, revoked immediately."""
