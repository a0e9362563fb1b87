"""Cases that legal closed to a staff member: they leave the team, and no action opens the case to them again."""
