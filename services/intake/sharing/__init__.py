"""Sharing without consent: for a named reason, decided by a second person, and told to the person."""
