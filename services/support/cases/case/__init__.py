"""Support's copy of intake's cases and of facts about the person, and the functions that all topics use for a case.

The facts: their age, the groups that a house must serve, and decisions about them.
"""
