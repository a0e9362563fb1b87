"""The search for a case by the person's name, and the summary of a case on a list: name, stage and lead."""
