"""Providers of help: what they offer, whom they serve, and whether they have a place."""
