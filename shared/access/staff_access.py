"""Relations of staff to a case beyond its team, stored alike at every service.

Whom they supervise, whom a person excludes, who opened a case in an emergency, and which cases are restricted.
One service owns it and tells of it; every other keeps its copy by `project`, so that each decides by itself.
"""

from shared.access import break_glass, case_restrictions, exclusions, supervisions

#: What the owning service emits.
EVENTS = (*supervisions.EVENTS, *exclusions.EVENTS, *break_glass.EVENTS, *case_restrictions.EVENTS)

__all__ = ["EVENTS", "break_glass", "case_restrictions", "exclusions", "supervisions"]
