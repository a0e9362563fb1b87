"""Actions about the grounds of agencies: the sides that the gate compares, and the projections that it needs."""

from services.partners.streams.ground.actions.facing import (
    conducting,
    day_of,
    has_run_out,
    hold_alone,
    hold_shared,
    is_frozen,
    law_of,
    parties,
    party_of,
    people,
    sides,
    stages,
    towards,
    try_hold_shared,
)
from services.partners.streams.ground.actions.projecting import (
    PROJECTIONS,
    project_exclusions,
    project_freezes,
    project_grounds,
)

__all__ = [
    "PROJECTIONS",
    "conducting",
    "day_of",
    "has_run_out",
    "hold_alone",
    "hold_shared",
    "is_frozen",
    "law_of",
    "parties",
    "party_of",
    "people",
    "project_exclusions",
    "project_freezes",
    "project_grounds",
    "sides",
    "stages",
    "towards",
    "try_hold_shared",
]
