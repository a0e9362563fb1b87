"""Hearings and interviews in a matter: their day, the measures that protect the person there, and what is arranged."""
