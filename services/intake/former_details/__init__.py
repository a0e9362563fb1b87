"""Former names and genders: shown and found only by who has a reason on record; that they changed is told, not what."""
