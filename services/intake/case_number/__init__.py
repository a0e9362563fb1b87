"""The short number of a case, which can be said on the telephone: random, with a check symbol, and no person's."""
