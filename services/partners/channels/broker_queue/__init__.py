"""Agencies' queues at the broker: whose there is, what is in it, who may read it, and what has to go from it."""
