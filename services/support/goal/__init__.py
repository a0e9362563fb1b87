"""What the person wants, in their words, and how near it is; whoever works with them says what they do for it."""
