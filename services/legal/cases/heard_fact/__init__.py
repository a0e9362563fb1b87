"""Facts of a case from intake's events, from which legal deadlines follow."""
