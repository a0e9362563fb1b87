"""Outreach sessions and scans of their posters, in counts only, and the progression of the people met there."""
