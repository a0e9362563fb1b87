"""The `casepath` command: one module per verb, one place (`__main__`) that knows their names."""
