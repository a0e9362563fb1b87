"""What waits for a second person, in whatever topic: found by those who may be the second."""
