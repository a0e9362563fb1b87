"""Courses of counselling and their pauses, and requests for counselling.

Of a request: who waits, how long and why, and the help that they have meanwhile.
"""
