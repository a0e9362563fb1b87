"""What was stated at the opening of a case, put right; whether the person has a name here; and a law that changes."""
