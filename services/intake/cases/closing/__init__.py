"""Closing and reopening a case: by one person, or by two if the case needs immediate action."""
