"""Compensation: remedies, claims, awards, and facts from which deadlines follow."""
