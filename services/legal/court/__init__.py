"""Proceedings, hearings, and what protects the person meanwhile."""
