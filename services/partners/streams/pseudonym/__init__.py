"""Pseudonyms of all ids for each agency: keyed, and reversible only with the key."""
