"""Webhooks: post an agency's stream to its endpoints, in order, until each event is acknowledged."""
