"""The case as a whole: opened, read, searched, listed with what is due, and closed."""
