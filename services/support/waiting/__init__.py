"""Requests for counselling: who waits, for how long and why, and what they have meanwhile."""
