"""Queues across cases: for data protection officers, for supervisors, and for those who answer as a second person."""
