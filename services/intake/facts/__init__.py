"""The case itself, and what is known of the person and of what happened."""
