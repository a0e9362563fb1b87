"""Whom a person can be helped by: providers with what they offer, for whom, and whether there is a place."""
