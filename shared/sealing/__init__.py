"""Seal values under a key, and wrap these keys with a key ring.

    seal  values sealed with AES-256-GCM, each bound to its place
    ring  the keys of an installation, which wrap other keys or short-lived secrets

Nothing here needs a database. `shared.encryption` keeps the data keys of cases and wraps them with this ring.
"""

__all__ = ["ring", "seal"]
