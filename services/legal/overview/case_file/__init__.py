"""The legal file of a case as a whole: read, handed over as a copy, erased."""
