"""The official path as intake records it, and the clocks that its steps stop and start."""
