"""Actions about requests to be contacted: load, decide, store, announce. None commits."""
