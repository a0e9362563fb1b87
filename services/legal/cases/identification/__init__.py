"""Identification steps that intake records, for the legal file."""
