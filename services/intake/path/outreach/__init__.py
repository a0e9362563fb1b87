"""Outreach sessions in counts only, and the progression of the people met there."""
