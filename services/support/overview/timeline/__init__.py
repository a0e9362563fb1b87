"""The timeline of a case: the dated entries of its file, in four lanes."""
