"""Data-sharing agreements: what an agency may be told, for what, where and from when to when, as two people agreed."""
