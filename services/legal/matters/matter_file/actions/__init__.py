"""Actions on matter files. They never raise the case's version: that would reveal that a file exists.

Their events contain only tasks, for the matter's own team.
"""
