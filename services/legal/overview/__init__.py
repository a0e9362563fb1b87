"""Views across topics: the legal file of a case, an adviser's calendar, and outcome statistics."""
