"""The queues across cases: one for the data protection officers, and one for supervisors."""
