"""Explanations of the person's rights: which right, when, in which language, and whether the person understood."""
