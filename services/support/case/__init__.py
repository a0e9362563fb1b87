"""The case at the bottom of support: its copy of intake's cases, and what every topic needs of one."""
