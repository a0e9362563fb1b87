"""Draft, send, answer and correct referrals, and write and read their packages. No function commits."""
