"""Tasks of support's workers, each with a day. They are on the list of the case."""
