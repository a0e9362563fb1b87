"""Posters of outreach sessions: the code in the QR code, and how often it was scanned, in counts only."""
