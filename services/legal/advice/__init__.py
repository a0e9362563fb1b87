"""Advice: whether there was some, when, on which topics; never what was said."""
