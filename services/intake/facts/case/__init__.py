"""The case, its records and its team, and what all topics need of them."""
