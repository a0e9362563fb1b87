"""The support file of a case: read, handed out as a copy, erased; and the timeline of its dated entries."""
