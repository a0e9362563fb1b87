"""From a case's facts and the law to its periods: pure, total, and the same whatever the order of the facts.

`derive` never raises: what is contradictory has no effect, and is named with the reason. Nothing here reads a clock, a
store or an event log; `shared.deadlines.keeping` does that around it.
"""

from shared.deadlines.derivation.derive import Derived, WithoutEffect, derive
from shared.deadlines.derivation.differences import Stored, Told, differences
from shared.deadlines.derivation.periods import (
    DOUBTFUL,
    ENDED,
    LIVE,
    MET,
    MISSED,
    OVER,
    PASSED,
    PAUSED,
    REACHED,
    RESTING,
    RUNNING,
    UNDATED,
    WITHDRAWN,
    Period,
)

__all__ = [
    "DOUBTFUL",
    "ENDED",
    "LIVE",
    "MET",
    "MISSED",
    "OVER",
    "PASSED",
    "PAUSED",
    "REACHED",
    "RESTING",
    "RUNNING",
    "UNDATED",
    "WITHDRAWN",
    "Derived",
    "Period",
    "Stored",
    "Told",
    "WithoutEffect",
    "derive",
    "differences",
]
