"""Fields of the summary of an agency's reception, each declared once."""

from typing import Final

from marshmallow import fields

from services.partners.agencies.agency.models import Entry
from services.partners.agencies.agency.schemas import ID, STATE
from shared.access.declarations import declare, nullable
from shared.access.views import View, parts
from shared.events.contract import Codes, Count, Flag, Instant
from shared.http import paging
from shared.http.route import Query
from shared.reference import codes

OBSTACLES = declare(
    Codes(codes("reception_obstacle")),
    None,
    "The obstacles to delivery, the most important first; empty: the agency receives events.",
    example=["no_agreement"],
)
IS_SANDBOX = declare(Flag(), None, "Whether it receives events about fictitious people only.", example=False)
POSITION = declare(fields.Integer(), None, "The last position of its stream; 0: nothing yet.", example=42)
LAST_AT = declare(nullable(Instant()), None, "When the last event was added to its stream; null: none yet.")
LAST_DELIVERED_AT = declare(
    nullable(Instant()), None, "When a webhook of it last accepted an event (real time); null: none did."
)
BEHIND = declare(Count(), None, "How many positions its slowest webhook or queue is behind.", example=0)

#: The agency of one summary.
AGENCY: Final[Query] = ("agency", {"type": "string", "format": "uuid"}, "only this agency")


class Reception(View):
    """Whether an agency receives events, and the obstacles."""

    agency = ID
    name = Entry.name
    state = STATE
    is_sandbox = IS_SANDBOX
    obstacles = OBSTACLES
    position = POSITION
    last_at = LAST_AT
    last_delivered_at = LAST_DELIVERED_AT
    behind = BEHIND


class ReceptionPage(paging.Page):
    """Agencies that have an agreement, a subscription, a key or a webhook, in the order of their ids."""

    agencies = parts(Reception)
