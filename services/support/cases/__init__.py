"""The case and its person, and what all topics use: notes, safety plans and tasks."""
