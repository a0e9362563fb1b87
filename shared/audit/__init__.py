"""The audit log of reads and changes: append-only rows, hash-chained and signed, and the resulting notices.

    trail       one row per request, written in its transaction
    hash_chain  the rows' hash chain and its signed checkpoints, written by a leader after the commit
    notices     notices to staff about actions, until they acknowledge them

A row is never changed. Reading the audit log adds a row too.
"""

__all__ = ["notices", "trail"]
