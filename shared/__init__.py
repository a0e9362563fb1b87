"""Mechanism that every service uses: the exchange, the edges, the host. It knows no word of the domain."""

#: As in pyproject.toml; what runs from a checkout has no other place to read it from.
__version__ = "0.1.0"
