"""Sealed notes of counselling and support. Each kind is readable for the roles that write it."""
