"""What one can do at legal, one module per thing: load, decide, store, announce. Nothing here commits."""
