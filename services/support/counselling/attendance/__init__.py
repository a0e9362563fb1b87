"""Counselling sessions: only attendance. The content of a session is only in the counsellor's notes."""
