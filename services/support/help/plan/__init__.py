"""Support plans, agreed with the person, and goals.

A goal contains the person's words, how near it is, and the steps of those who work with them.
"""
