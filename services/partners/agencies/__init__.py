"""Agencies, their keys, and the agreements about what they may receive."""
