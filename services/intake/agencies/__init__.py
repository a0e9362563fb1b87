"""What agencies may have of the person, and what they are asked and report."""
