"""Requests to the services, each with the access token of the person who is signed in."""
