"""How staff stand to a case beyond its team, kept alike at every service: whom they supervise, whom a person excludes.

One service owns it and tells of it; every other keeps its copy by `project`, so that each decides by itself.
"""

from shared.standing import exclusions, supervisions

#: What the owning service emits.
EVENTS = (*supervisions.EVENTS, *exclusions.EVENTS)

__all__ = ["EVENTS", "exclusions", "supervisions"]
