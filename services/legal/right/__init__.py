"""Which rights of the profile were explained to the person, when, in which language, and whether they understood."""
