"""Support's copy of intake's cases and of facts about the person, and what all topics need of a case.

The facts: their age, the groups that a house must serve, and decisions about them.
"""
