"""Actions about the due items of a case: project them from events, read them, and acknowledge them."""
