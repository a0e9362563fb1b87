"""Matter files: their team, tasks, notes and conflicts of interest."""
