"""How long closed cases are kept before somebody looks at them again."""
