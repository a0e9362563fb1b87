"""Referrals that agencies' own systems offer us: looked at, more asked for, and declined; by codes alone."""
