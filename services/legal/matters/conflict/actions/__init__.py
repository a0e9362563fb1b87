"""Parties of matters, and the conflict checks after a party or an adviser is added."""
