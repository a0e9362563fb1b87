"""Legal's deadlines: whose they are, whether a day is late by them, and decisions that change one.

A child's limits need the month of birth. Legal requests it from intake and keeps it sealed. Nobody else receives it.
"""
