"""Hearings and interviews in a matter: the day, the measures that protect the person there, and the arrangements."""
