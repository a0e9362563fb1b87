"""The case at the bottom of legal: its copy of intake's cases, and what every topic needs of one."""
