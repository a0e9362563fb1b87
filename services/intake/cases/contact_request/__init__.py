"""Requests to be contacted, sent without a token. The caseworkers of one agency take them."""
