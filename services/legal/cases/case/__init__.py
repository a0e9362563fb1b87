"""The case, on which all topics of legal depend: its copy of intake's cases, and common rules."""
