"""Templates of pages, and files that browsers cache under an address with their hash."""
