"""Facts about the person from intake: their age, the groups that a house must serve, and decisions about them."""
