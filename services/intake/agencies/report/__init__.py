"""Agencies' own reports about a case: answers to referrals and withdrawals, and the progress of their services."""
