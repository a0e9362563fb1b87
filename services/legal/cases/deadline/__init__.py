"""Legal's clocks: whose they are, whether a day is late by them, and what somebody decides about one."""
