"""Derive the legal periods of a case from its facts and the law: pure, total, and independent of the facts' order.

A period is over only if it is over in every reading of its facts. `docs/explanation/deadlines.md` defines what the
facts can mean. The modules, in the order of their use:

- `history`: the current facts of a case, as intervals.
- `starts`, `incidents`: what each period counts from, as an interval.
- `links`: whether a fact concerns a start (surely, perhaps, not). The same conditions apply to ends, pauses,
  extensions.
- `dates`, `children`: the earliest and the latest date, by all readings of the law.
- `pauses`, `changes`: both dates after conciliations, pauses and extensions.
- `referrals`: the referrals that a new decision can be about.
- `endings`, `states`: what meets or ends a period, and its state at an instant.
- `questions`: what to ask a person about a doubt, and about which facts.
- `derive`: all periods of a case. `differences`: what changed since the last derivation, as events.

`derive` never raises: a contradictory fact has no effect, and is reported with the reason. Nothing here reads a clock,
a store or an event log; `shared.deadlines.keeping` does.
"""

from shared.deadlines.derivation.derive import Derived, WithoutEffect, derive
from shared.deadlines.derivation.differences import Stored, Told, differences
from shared.deadlines.derivation.links import Choice, choices
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
from shared.deadlines.derivation.questions import question
from shared.deadlines.derivation.referrals import referrals

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
    "Choice",
    "Derived",
    "Period",
    "Stored",
    "Told",
    "WithoutEffect",
    "choices",
    "derive",
    "differences",
    "question",
    "referrals",
]
