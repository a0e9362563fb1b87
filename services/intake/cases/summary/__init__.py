"""The summary of a case on a list: the person's name, the stage and who leads the case."""
