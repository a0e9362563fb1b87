"""What one can do in support, one module per topic: load, decide, store, announce. Nothing here commits."""
