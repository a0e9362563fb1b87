"""Consents, sharings and referrals: data that agencies may receive, and their answers and reports."""
