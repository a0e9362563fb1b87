"""Today: alerts that wait for the person, and their work list."""
