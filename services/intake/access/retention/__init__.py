"""How long closed cases are kept before their review."""
