"""The case, its number, its records and its team, and what all topics need of them.

The number is for the telephone: random, with a check symbol. It does not identify a person.
"""
