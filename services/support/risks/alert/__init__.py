"""Safeguarding alerts, raised and escalated until a named person acknowledges them."""
