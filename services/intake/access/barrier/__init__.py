"""Cases that legal closed to a staff member: they leave the team, and no action can give them access again."""
