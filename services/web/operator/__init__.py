"""Pages for operators: services, the exchange between them, waiting work, and the events that each agency receives."""
