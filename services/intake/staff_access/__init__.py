"""Who of the staff has access to a case: team, supervision, exclusions, and access in an emergency."""
