"""Legal periods of a case: derived from its facts, each difference published exactly once.

A case is defined by its facts (`facts`). One pure function (`derivation`) returns the periods that follow from them
and from the law, with all their readings, dates and states. `Keeping.derive` calls it after every change, stores the
result and publishes the differences. A case's timer only triggers a new derivation. A person's decision about a period
(`by_decision`) is a fact too.

The kind of a period decides what its end means: reaching a *minimum* or *maximum* has no legal effect of itself; a
*target* that passes is missed; after a *limitation* a late step can still be possible.
"""

from shared.deadlines import by_decision, fact_events, facts, time_source, timers
from shared.deadlines.by_decision import Decided
from shared.deadlines.checking import checked_by
from shared.deadlines.derivation import question
from shared.deadlines.events import EVENTS
from shared.deadlines.explained_view import ExplainedDeadline, FactUsed
from shared.deadlines.explaining import Explaining
from shared.deadlines.facts import Fact, FactWithdrawn, NoSuchFact
from shared.deadlines.joined import periods, sees_fact, sees_period
from shared.deadlines.keeping import Keeping, calculated_at
from shared.deadlines.on_timer import adopt_every_case, timer_handlers
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
    "adopt_every_case",
    "all_of",
    "by_decision",
    "calculated_at",
    "checked_by",
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
