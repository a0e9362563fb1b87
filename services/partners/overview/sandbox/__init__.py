"""A sandbox: an agency of its own kind, which is told of fictitious people alone, for developers of agencies."""
