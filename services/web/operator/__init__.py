"""Pages for operators: services, the exchange between them, what waits, and what each agency receives."""
