"""The search for a case by the person's name."""
