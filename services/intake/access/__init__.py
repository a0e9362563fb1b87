"""Access to a case, and the person's own rights: staff, teams, merges, copies, erasure."""
