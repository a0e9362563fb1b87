"""Signs of exploitation, as seen on a day."""
