"""Sessions: rows in a small database, found by the hash of a cookie. Tokens are sealed, and sessions are revocable."""
