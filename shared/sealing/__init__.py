"""Encrypt values with a key, and wrap these keys with a key ring.

    seal  values encrypted with AES-256-GCM, each bound to its place
    ring  the keys of an installation, which wrap other keys or short-lived secrets

This package needs no database. `shared.encryption` stores the data keys of cases and wraps them with this ring.
"""

__all__ = ["ring", "seal"]
