"""Brief advice to a person who gave no name and has no case."""
