"""Recording and deciding: one mechanism for all actions of the desk.

table     the actions, as data
forming   the form of an action: its fields, its texts, its choices
context   what an action is about: read from the services, with whether the person may do it
sending   the request of a form, and what its answer means
routes    the pages
drafts    unfinished forms: saved while the person types, and after a session has ended
"""
