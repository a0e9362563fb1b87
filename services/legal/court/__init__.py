"""Proceedings, hearings, and the protection of the person during them."""
