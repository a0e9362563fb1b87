"""Requests for counselling: who waits, how long and why, and the help that they have meanwhile."""
