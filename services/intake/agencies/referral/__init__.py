"""Referrals from and to other agencies, and their packages."""
