"""What a person may have now by law or practice, until when, and what comes next."""
