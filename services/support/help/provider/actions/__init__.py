"""Providers: maintain the directory, and match it with a person's needs."""
