"""Agencies, their keys and the agreements that define what they can receive."""
