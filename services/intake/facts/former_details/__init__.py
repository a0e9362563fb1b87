"""Former names and genders: shown and found only with a reason on record. Only the fact of a change is published."""
