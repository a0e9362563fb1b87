"""The case and its person, and the parts that all topics use: notes, safety plans and tasks."""
