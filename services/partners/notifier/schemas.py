"""Fields of a notifier and of a ring, each declared once; the body that registers one, and what is shown."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import fields, validate

from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Code, Codes, Count, Instant, Reference
from shared.http import Command, paging, required
from shared.reference import codes

NOTIFIER = declare(Reference(), None, "The notifier.")
AGENCY = declare(Reference(), None, "The agency, by its id in the register.")
CHANNEL = declare(Code(codes("notifier_channel")), None, "How it rings: a webhook call or an e-mail.")
ADDRESS = declare(
    fields.String(validate=validate.Length(1, 2000)),
    None,
    "The webhook's https address, or the e-mail address. Stored encrypted.",
    example="https://pager.example.org/casepath",
)
LEVELS = declare(Codes(codes("alert_audience")), None, "For which levels of an alert it rings.")
MADE_BY = declare(Reference(), None, "The member of staff who registered it, or the agency's key that did.", staff=True)
MADE_AT = declare(Instant(), None, "When it was registered (real time).")
SECRET = declare(
    fields.String(),
    None,
    "What verifies the signature of a webhook call (`whsec_`, Standard Webhooks). Shown in this one answer.",
    example="whsec_<32 bytes in base64>",
)
RING = declare(Reference(), None, "The ring; a webhook call carries it as `webhook-id`.")
LEVEL = declare(nullable(Code(codes("alert_audience"))), None, "The level that is rung; null: a test.")
URGENCY = declare(nullable(Code(codes("danger_urgency"))), None, "How soon somebody has to act; null: a test.")
STATE = declare(Code(codes("ring_state")), None, "Whether it was delivered.")
OUTCOME = declare(nullable(Code(codes("ring_outcome"))), None, "The outcome of the last try; null: none yet.")
TRIES = declare(Count(), None, "How often it was tried.", example=1)
DUE_AT = declare(Instant(), None, "When it was asked for (real time).")
SETTLED_AT = declare(nullable(Instant()), None, "When it was delivered or given up (real time); null: it waits.")


class RegisterNotifier(Command):
    """An agency's on-call staff are to be rung there."""

    channel: str = required(CHANNEL)
    address: str = required(ADDRESS)
    levels: list[str] = required(LEVELS)

    sample: ClassVar[Mapping[str, object] | None] = {
        "channel": "webhook",
        "address": "https://pager.example.org/casepath",
        "levels": ["team", "supervisors"],
    }


class NotifierSecret(View):
    """What verifies the calls of a webhook, once."""

    secret = written_by_edge(omittable(SECRET))


class ShownNotifier(View):
    """A notifier."""

    id = NOTIFIER
    agency = AGENCY
    channel = CHANNEL
    address = ADDRESS
    levels = LEVELS
    made_by = MADE_BY
    made_at = MADE_AT


class NotifierList(View):
    """The notifiers of an agency."""

    notifiers = parts(ShownNotifier)


class ShownRing(View):
    """One ring."""

    id = RING
    notifier = nullable(NOTIFIER)
    level = LEVEL
    urgency = URGENCY
    state = STATE
    outcome = OUTCOME
    tries = TRIES
    due_at = DUE_AT
    settled_at = SETTLED_AT


class RingPage(View):
    """Rings of an agency, the newest first."""

    rings = parts(ShownRing)
    next = paging.NEXT
