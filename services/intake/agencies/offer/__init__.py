"""Referrals that agencies' own systems offer, in codes only: staff read them, ask questions, and accept or decline."""
