"""The official path as intake records it, for the legal file."""
