"""Children and others who depend on the person: one row each, without a name, with the day of the next check."""
