"""Counselling: the wait for it, courses, sessions, aims, and questionnaires."""
