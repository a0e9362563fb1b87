"""Search among the person's own cases."""
