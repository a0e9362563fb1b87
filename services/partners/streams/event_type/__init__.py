"""The event types that agencies can receive: pages for readers and contracts for tools."""
