"""The access of staff to a case: team, supervision, exclusions, and access in an emergency."""
