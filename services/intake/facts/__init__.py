"""The case itself, the person, and the facts of the case."""
