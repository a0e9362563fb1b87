"""What every service uses: the exchange, the edges, the host; and at the top, what all casework has in common."""

#: As in pyproject.toml; what runs from a checkout has no other place to read it from.
__version__ = "0.3.0"
