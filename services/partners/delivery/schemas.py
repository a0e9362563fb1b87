"""Fields of an endpoint, each declared once; the bodies that change one, and what is shown of it."""

from collections.abc import Mapping
from typing import ClassVar, Final

from marshmallow import ValidationError, fields, validate

from services.partners.delivery import rules
from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Code, Count, Flag, Instant, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

LONGEST_URL: Final = 2000
_LAST_POSITION: Final = 2**63 - 1


class Place(fields.Integer):
    """A position of a stream."""

    def __init__(self) -> None:
        """Accept whole numbers that a row can have."""
        super().__init__(strict=True, validate=validate.Range(0, _LAST_POSITION))


class Hours(Count):
    """So many hours."""

    def __init__(self, most: int) -> None:
        """Check that they are no more than `most`."""
        super().__init__()
        self.validators = [validate.Range(0, most)]


WEBHOOK = declare(Reference(), None, "The webhook.")
AGENCY = declare(Reference(), None, "The agency whose it is, by its id in the register.")
URL = declare(
    fields.String(validate=validate.Length(1, LONGEST_URL)),
    None,
    "Where events are posted: https, by name. Kept sealed.",
    example="https://hooks.example.org/casepath",
)
KIND = declare(
    Code(codes("webhook_signature")),
    None,
    "How what is sent is signed: `v1` with a secret that both have, `v1a` with a key that only the sender has.",
)
AFTER = declare(
    nullable(Place()),
    None,
    "Where it begins: behind this position of the stream; 0: with all there is, null: with what comes next.",
    example=None,
)
STATE = declare(Code(codes("webhook_state")), None, "What it is just now.")
REASON = declare(nullable(Code(codes("webhook_end_reason"))), None, "Why it is disabled; null: it is not.")
BREAKER = declare(Code(codes("webhook_breaker")), None, "Whether anything is tried: `open` means not before `next_at`.")
POSITION = declare(Place(), None, "The last position of the agency's stream that it took.", example=41)
BEHIND = declare(Place(), None, "How many events of the stream wait for it.", example=0)
TRIES = declare(Count(), None, "Tries of what comes next that failed.", example=0)
FAILING_SINCE = declare(nullable(Instant()), None, "Since when it has failed (real time); null: it does not.")
NEXT_AT = declare(Instant(), None, "No try before this (real time).")
LAST_DELIVERED_AT = declare(nullable(Instant()), None, "When it last took something (real time); null: never yet.")
PUBLIC_KEY = declare(
    nullable(fields.String()), None, "Of `v1a`, the key that verifies (`whpk_`); null: of `v1`.", example=None
)
FORMER_UNTIL = declare(
    nullable(Instant()), None, "Until when the secret before signs, too (real time); null: there is none."
)
MADE_BY = declare(
    Reference(), None, "A member of staff who made it, or the agency's key with which it was.", staff=True
)
MADE_AT = declare(Instant(), None, "When it was made (real time).")
SECRET = declare(
    fields.String(),
    None,
    "What verifies the signatures: the secret (`whsec_`), or of `v1a` the public key (`whpk_`). A secret is shown in "
    "this one answer: a repeat of the request is answered without it.",
    example="whsec_<32 bytes in base64>",
)
OVERLAP_HOURS = declare(
    Hours(rules.LONGEST_OVERLAP_HOURS),
    None,
    "For how many hours the secret before signs beside the new one; 0: not any more.",
    example=rules.OVERLAP_HOURS,
)
IS_PAUSED = declare(Flag(), None, "Whether nothing is sent until it is resumed; its position stays.", example=True)
SEQUENCE = declare(nullable(Place()), None, "The one position that is sent again.", example=7)
FROM = declare(nullable(Place()), None, "What is behind this position is sent again.", example=None)
TYPE = declare(
    nullable(fields.String(validate=validate.Length(1, 200))),
    None,
    "Only events of this type are sent again, beside what comes next.",
    example=None,
)
ATTEMPT = declare(Reference(), None, "The try.")
AT = declare(Instant(), None, "When it began (real time).")
OF_SEQUENCE = declare(nullable(Place()), None, "The position in the agency's stream; null: a test event.", example=7)
IS_AGAIN = declare(Flag(), None, "Whether somebody had asked for it once more, or for a test.", example=False)
OUTCOME = declare(Code(codes("webhook_outcome")), None, "What it came to.")
STATUS = declare(nullable(Count()), None, "The HTTP status of the answer; null: there was none.", example=204)
MILLISECONDS = declare(Count(), None, "How long it took.", example=38)
ANSWER = declare(
    nullable(fields.String()),
    None,
    f"The beginning of the answer, {rules.LONGEST_EXCERPT} characters at most, without control characters.",
    example=None,
)


class RegisterWebhook(Command):
    """An agency is to be posted its stream."""

    url: str = required(URL)
    kind: str = optional(KIND, default="v1")
    after: int | None = optional(AFTER, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"url": "https://hooks.example.org/casepath"}


class ChangeWebhook(Command):
    """An endpoint is elsewhere from now on, or takes nothing for a while."""

    url: str | None = optional(URL, default=None)
    is_paused: bool | None = optional(IS_PAUSED, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"is_paused": True}


class RotateSecret(Command):
    """Another secret is to take the place of the one that there is."""

    overlap_hours: int = optional(OVERLAP_HOURS, default=rules.OVERLAP_HOURS)


class Redeliver(Command):
    """Something of the stream is to be sent again: one position, or what is behind one, of a type or whole."""

    sequence: int | None = optional(SEQUENCE, default=None)
    after: int | None = optional(FROM, default=None)
    type: str | None = optional(TYPE, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"sequence": 7}

    def __post_init__(self) -> None:
        """Check that it is clear what is meant. Raises `ValidationError`."""
        if (self.sequence is None) == (self.after is None) or (self.sequence is not None and self.type is not None):
            raise ValidationError("give one of `sequence` and `after`, and a `type` beside `after` alone")


class WithSecret(View):
    """What verifies the signatures, once."""

    former_until = FORMER_UNTIL
    secret = written_by_edge(omittable(SECRET))


class ShownWebhook(View):
    """An endpoint as it stands."""

    id = WEBHOOK
    agency = AGENCY
    url = URL
    kind = KIND
    public_key = PUBLIC_KEY
    former_until = FORMER_UNTIL
    state = STATE
    reason = REASON
    breaker = BREAKER
    position = POSITION
    behind = BEHIND
    tries = TRIES
    failing_since = FAILING_SINCE
    next_at = NEXT_AT
    last_delivered_at = LAST_DELIVERED_AT
    made_by = MADE_BY
    made_at = MADE_AT


class WebhookList(View):
    """The endpoints of an agency."""

    webhooks = parts(ShownWebhook)


class ShownAttempt(View):
    """One try to deliver something."""

    id = ATTEMPT
    at = AT
    sequence = OF_SEQUENCE
    is_again = IS_AGAIN
    outcome = OUTCOME
    status = STATUS
    milliseconds = MILLISECONDS
    answer = ANSWER


class AttemptPage(View):
    """Tries, the newest first."""

    attempts = parts(ShownAttempt)
    next = paging.NEXT
