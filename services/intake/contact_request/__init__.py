"""Requests to be contacted, from anybody and without a token; the caseworkers of one agency take them."""
