"""Who is signed in: rows in a small database, found by the hash of a cookie. Tokens are sealed, sessions revocable."""
