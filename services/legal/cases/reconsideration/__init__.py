"""Requests for the reconsideration of a negative decision."""
