"""Actions about the official path: load, decide, store, announce. None commits."""
