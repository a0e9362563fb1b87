"""Closing and reopening a case: by one person, or by two where somebody has to act at once."""
