"""The case, its number, its records and its team, which all topics need.

The number is for the telephone: random, with a check symbol. It does not identify a person.
"""
