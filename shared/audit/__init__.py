"""Who read and changed what: rows that only grow, chained and signed, and the notices that follow from them.

    trail       one row per request, written in its transaction
    hash_chain  the rows' hash chain and its signed checkpoints, made by a leader after the commit
    notices     what somebody is told because it was done, until they acknowledge it

A row is never changed; who reads them is a row too.
"""

__all__ = ["notices", "trail"]
