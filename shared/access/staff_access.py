"""Relations of staff to a case beyond its team, stored identically at every service.

They comprise supervisions, exclusions, emergency access, and restricted cases. One service owns and publishes them;
every other service stores its copy with `project`, so that it can decide without asking another service.
"""

from shared.access import break_glass, case_restrictions, exclusions, supervisions

#: The events of the owning service.
EVENTS = (*supervisions.EVENTS, *exclusions.EVENTS, *break_glass.EVENTS, *case_restrictions.EVENTS)

__all__ = ["EVENTS", "break_glass", "case_restrictions", "exclusions", "supervisions"]
