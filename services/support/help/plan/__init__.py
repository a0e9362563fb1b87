"""Support plans, agreed with the person."""
