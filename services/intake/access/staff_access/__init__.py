"""The access of staff to a case: team, supervision, exclusions, barriers, and access in an emergency.

If legal closes a case to a staff member, they leave the team, and no action can give them access again.
"""
