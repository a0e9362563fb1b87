"""Webhooks: what an agency's stream holds is posted to its endpoints, in order, until somebody says that it came in."""
