"""Limitations: the clocks that a detection begins, within which a claim can be made."""
