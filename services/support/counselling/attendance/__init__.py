"""Counselling sessions: only attendance. What was said is only in the counsellor's notes."""
