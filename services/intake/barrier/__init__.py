"""Cases that legal closed to a member of staff: they leave the team, and nothing opens the case to them again."""
