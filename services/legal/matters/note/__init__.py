"""Legal notes: what the person's advisers write for themselves, sealed."""
