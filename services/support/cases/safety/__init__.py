"""Safety plans: the person's steps in danger, and which information others may have."""
