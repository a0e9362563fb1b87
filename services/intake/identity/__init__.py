"""Who the person is: recorded, read, and found by name."""
