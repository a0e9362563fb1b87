"""Outreach sessions in counts only, and how far those met there came."""
