"""Courses of counselling and their pauses, and requests for counselling.

A request records who waits, how long and why, and the help that they have meanwhile.
"""
