"""The person of a case, sealed, and the age by which they are treated."""
