"""Places to live: offered, refused, moved into, left; where they are has no more than a region."""
