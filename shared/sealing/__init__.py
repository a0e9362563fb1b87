"""How a value is sealed under a key, and the ring of keys that wraps what opens it.

    seal  a value sealed with AES-256-GCM, bound to its place
    ring  the keys of an installation that wrap other keys, or short-lived secrets

Nothing here needs a database. `shared.encryption` keeps the data keys of cases and wraps them with this ring.
"""

__all__ = ["ring", "seal"]
