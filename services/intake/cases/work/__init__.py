"""The work list: a member's open cases in the order of work."""
