"""Referrals from other agencies and to them, and the package that goes along."""
