"""Practical help: requested, tried, given or not and why, with its own queue."""
