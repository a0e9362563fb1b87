"""Notes of counselling and support, sealed; each kind for the roles that write it."""
