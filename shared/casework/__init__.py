"""Common parts of the services that work on cases: the copy of another service's cases, and the base of their work.

following     follow another service's cases: the events read, the tables kept, the projections
corrections   correct any record; the earlier values are kept, with the reason
danger        records that report danger, and the handler that acts on them: one table, one hook
audiences     the agencies that are notified of a correction or withdrawal, by class of record
registers     the register of agencies, followed by every service that does not own it
projections   the copy of the cases and their teams, built from events
records       the tables of that copy and of sealed notes, as mixins for a service's metadata
cases         a service's cases: lock for a change, show, erase; membership of a team
facts         facts that people record and correct, with `fact_schemas` and `fact_rules`
answers       the event that a claim, a request or a conciliation belongs to
joined        what a reader can see of the cases that are joined with a case
inquiries     queries to another service, made by a background job
notes         sealed notes: write, correct and read them, by the roles of their kind
naming        checks that a named staff member or second person is registered and employed
schemas       the fields of a followed case and of a note
whole         a case with its parts, read in one SELECT
likeness      how similar two names are, in any script; pure
refusals      the errors that a rule raises; pure
timeline      the dated entries of a case file, with `timeline_dates` (pure) and `timeline_view`
times         when a fact happened and was learnt, as it was stated; pure
dates         today's date where the case is, and the check for dates in the future; pure
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
