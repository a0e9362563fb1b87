"""What a person is entitled to by law or practice, until when, and what comes next."""
