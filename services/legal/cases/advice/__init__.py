"""Advice: whether it was given, when and on which topics; never its content."""
