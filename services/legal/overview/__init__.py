"""What is read across topics: the legal file of a case, an adviser's calendar, and counts of outcomes."""
