"""What intake's events say happened in a case, as facts from which periods of the law follow."""
