"""What every service that works on cases has in common: its copy of another's cases, and what work on one begins with.

following     another service's cases, followed: what is read, which tables are kept, how they are built
records       the tables of that copy and of sealed notes, for a service's own metadata
cases         a service's cases: locked for a change, shown, erased; who is on a team
notes         sealed notes: written, corrected, read by the roles of their kind
schemas       what is declared of a followed case and of a note
whole         a case with its parts, read in one SELECT
refusals      the errors that a rule raises; pure
dates         today where the case is, and days that do not lie ahead; pure
"""

__all__ = ["cases", "dates", "following", "notes", "records", "refusals", "schemas", "whole"]
