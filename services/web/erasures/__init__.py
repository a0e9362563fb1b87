"""The answers to erasure requests: the leads give them to the person, also once the case is erased."""
