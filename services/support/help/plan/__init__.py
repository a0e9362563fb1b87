"""Support plans, agreed with the person, and goals.

A goal: what the person wants, in their words, how near it is, and the steps of those who work with them.
"""
