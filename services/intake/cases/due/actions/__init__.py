"""Actions about the due items of a case: project them from events, read them, and acknowledge them."""

from services.intake.cases.due.actions.items import BLANK
from services.intake.cases.due.actions.joined import is_replaced, joined_periods
from services.intake.cases.due.actions.listing import DUE, acknowledge, open_things, shown_items, with_joined, with_more
from services.intake.cases.due.actions.projecting import PROJECTIONS
from services.intake.cases.due.actions.sources import among, due_of

__all__ = [
    "BLANK",
    "DUE",
    "PROJECTIONS",
    "acknowledge",
    "among",
    "due_of",
    "is_replaced",
    "joined_periods",
    "open_things",
    "shown_items",
    "with_joined",
    "with_more",
]
