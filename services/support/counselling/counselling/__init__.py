"""Courses of counselling and their pauses."""
