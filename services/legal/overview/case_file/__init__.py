"""The legal file of a case as a whole: read, handed over as a copy, erased; and the timeline of its dated entries."""
