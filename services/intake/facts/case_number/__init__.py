"""The short number of a case for the telephone: random, with a check symbol. It does not identify a person."""
