"""Agencies' queues at the broker: create, fill, read and empty them."""
