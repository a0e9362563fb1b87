"""What every service that works on cases has in common: its copy of another's cases, and what work on one begins with.

following     another service's cases, followed: what is read, which tables are kept, how they are built
corrections   any record can be put right: what it said before is kept, with the reason
danger        what records say danger, and who acts on it: one table, one hook
audiences     which agencies are told that a record was put right or withdrawn, by what record it is
registers     the register of agencies, followed by whoever does not own it
projections   the copy of the cases and their teams, built from events
records       the tables of that copy and of sealed notes, for a service's own metadata
cases         a service's cases: locked for a change, shown, erased; who is on a team
facts         facts that people record and put right, with `fact_schemas` and `fact_rules`
answers       which event a claim, a request or a conciliation belongs to
joined        what a reader may know of the cases that are joined with one
inquiries     what is asked of another service by a call, by a job of its own
notes         sealed notes: written, corrected, read by the roles of their kind
naming        members of staff whom somebody names, or who act as a second person: registered, and at work
schemas       what is declared of a followed case and of a note
whole         a case with its parts, read in one SELECT
likeness      how alike two names are, in whatever script; pure
refusals      the errors that a rule raises; pure
timeline      the dated entries of a case file, with `timeline_dates` (pure) and `timeline_view`
times         when a fact happened and was learnt, as it is stated; pure
dates         today where the case is, and days that do not lie ahead; pure
"""

__all__ = [
    "answers",
    "audiences",
    "cases",
    "corrections",
    "danger",
    "dates",
    "fact_rules",
    "fact_schemas",
    "facts",
    "following",
    "inquiries",
    "joined",
    "likeness",
    "naming",
    "notes",
    "projections",
    "records",
    "refusals",
    "registers",
    "schemas",
    "timeline",
    "timeline_dates",
    "timeline_view",
    "times",
    "whole",
]
