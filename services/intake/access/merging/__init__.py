"""Cases that belong together: links, merges of one person's cases, and possible duplicates."""
