"""Periods of the law in a case: derived from its facts, each difference announced exactly once.

A case is its facts (`facts`). One pure function (`derivation`) gives the periods that follow from them and from the
law, with all their readings, dates and states; `Keeping.derive` asks it after every change, stores what follows and
emits what differs. A timer per case only wakes. What somebody decides about a period (`by_decision`) is a fact too.

The kind of a period decides what its end means: reaching a *minimum* or *maximum* ends nothing by itself; a *target*
that passes is missed; past a *limitation* a late step may still be possible.
"""

from shared.deadlines import by_decision, fact_events, facts, time_source, timers
from shared.deadlines.by_decision import Decided
from shared.deadlines.derivation import question
from shared.deadlines.events import EVENTS
from shared.deadlines.explained_view import ExplainedDeadline, FactUsed
from shared.deadlines.explaining import Explaining
from shared.deadlines.facts import Fact, FactWithdrawn, NoSuchFact
from shared.deadlines.joined import periods, sees_fact, sees_period
from shared.deadlines.keeping import Keeping, calculated_at
from shared.deadlines.on_timer import timer_handlers
from shared.deadlines.states import DeadlineState, all_of
from shared.deadlines.tables import LISTED, DeadlineForbids, NoSuchDeadline, clocks
from shared.deadlines.view import Deadline, displayed, displayed_rows, of_subject

__all__ = [
    "EVENTS",
    "LISTED",
    "Deadline",
    "DeadlineForbids",
    "DeadlineState",
    "Decided",
    "ExplainedDeadline",
    "Explaining",
    "Fact",
    "FactUsed",
    "FactWithdrawn",
    "Keeping",
    "NoSuchDeadline",
    "NoSuchFact",
    "all_of",
    "by_decision",
    "calculated_at",
    "clocks",
    "derived_again",
    "displayed",
    "displayed_rows",
    "fact_events",
    "facts",
    "of_subject",
    "periods",
    "question",
    "sees_fact",
    "sees_period",
    "time_source",
    "timer_handlers",
    "timers",
]
