"""Open cases, read a whole case or the person's copy of it, and read parts together with a case."""
