"""Courses of counselling, begun and ended."""
