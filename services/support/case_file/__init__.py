"""A case's support as a whole: read, handed over as a copy, erased."""
