"""Places to live: offered, refused, moved into, left. Only the region of a place is stored."""
