"""A case at the bottom of intake: who may see it, its records, and what every topic needs of it."""
