"""Mechanism that every service uses: the exchange, the edges, the host. It knows no word of the domain."""
