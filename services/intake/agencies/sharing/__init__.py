"""Sharing without consent: for a named reason, decided by a second person, with notice to the person."""
