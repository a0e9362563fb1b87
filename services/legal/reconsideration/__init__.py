"""Requests to look at a negative decision again."""
