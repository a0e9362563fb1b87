"""The commands and views of webhooks. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final

from marshmallow import ValidationError, fields, validate

from services.partners.channels.delivery import models, rules
from services.partners.channels.delivery.models import Place
from shared.access.declarations import declare, nullable, omittable
from shared.access.views import View, parts, written_by_edge
from shared.events.contract import Code, Count, Flag, Instant
from shared.http import Command, optional, paging, required
from shared.reference import codes

LONGEST_URL: Final = 2000


class Hours(Count):
    """A number of hours."""

    def __init__(self, most: int) -> None:
        """Accept numbers up to `most`."""
        super().__init__()
        self.validators = [validate.Range(0, most)]


URL = declare(
    fields.String(validate=validate.Length(1, LONGEST_URL)),
    None,
    "Where events are posted: https, by name. Kept sealed.",
    example="https://hooks.example.org/casepath",
)
AFTER = declare(
    nullable(Place()),
    None,
    "Where it begins: behind this position of the stream; 0: with all there is, null: with what comes next.",
    example=None,
)
BREAKER = declare(Code(codes("webhook_breaker")), None, "Whether anything is tried: `open` means not before `next_at`.")
BEHIND = declare(Place(), None, "How many events of the stream wait for it.", example=0)
PUBLIC_KEY = declare(
    nullable(fields.String()), None, "Of `v1a`, the key that verifies (`whpk_`); null: of `v1`.", example=None
)
SECRET = declare(
    fields.String(),
    None,
    "The key that verifies signatures: the secret (`whsec_`), or the public key (`whpk_`) for `v1a`. A secret is "
    "shown only in this response, and not when the request is repeated.",
    example="whsec_<32 bytes in base64>",
)
OVERLAP_HOURS = declare(
    Hours(rules.LONGEST_OVERLAP_HOURS),
    None,
    "The hours for which the previous secret also signs; 0: it ended.",
    example=rules.OVERLAP_HOURS,
)
IS_PAUSED = declare(Flag(), None, "Whether nothing is sent until it is resumed; its position stays.", example=True)
SEQUENCE = declare(nullable(Place()), None, "The one position that is sent again.", example=7)
FROM = declare(nullable(Place()), None, "Events after this position are sent again.", example=None)
SINCE = declare(
    nullable(Instant()),
    None,
    "Events of this hour (UTC) and later are sent again.",
    example=None,
)
TYPE = declare(
    nullable(fields.String(validate=validate.Length(1, 200))),
    None,
    "Only events of this type are sent again. New events are still sent.",
    example=None,
)
ANSWER = declare(
    nullable(fields.String()),
    None,
    f"The beginning of the answer, {rules.LONGEST_EXCERPT} characters at most, without control characters.",
    example=None,
)


class RegisterWebhook(Command):
    """Register a webhook to which an agency's stream is posted."""

    url: str = required(URL)
    kind: str = optional(models.Webhook.kind, default="v1")
    after: int | None = optional(AFTER, default=None)
    types: list[str] | None = optional(models.Webhook.types, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"url": "https://hooks.example.org/casepath"}


class ChangeWebhook(Command):
    """Change the address or the types of a webhook, pause it or unpause it."""

    url: str | None = optional(URL, default=None)
    is_paused: bool | None = optional(IS_PAUSED, default=None)
    types: list[str] | None = optional(models.Webhook.types, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"is_paused": True}


class RotateSecret(Command):
    """Replace the secret of a webhook."""

    overlap_hours: int = optional(OVERLAP_HOURS, default=rules.OVERLAP_HOURS)


class Redeliver(Command):
    """Redeliver events: one position, or all after a position or since an hour, of one type or of every type."""

    sequence: int | None = optional(SEQUENCE, default=None)
    after: int | None = optional(FROM, default=None)
    since: datetime | None = optional(SINCE, default=None)
    type: str | None = optional(TYPE, default=None)

    sample: ClassVar[Mapping[str, object] | None] = {"sequence": 7}

    def __post_init__(self) -> None:
        """Check that the request is unambiguous. Raises `ValidationError`."""
        begins = (self.sequence, self.after, self.since)
        if sum(begin is not None for begin in begins) != 1 or (self.sequence is not None and self.type is not None):
            raise ValidationError("give one of `sequence`, `after` and `since`, and `type` never with `sequence`")


class WithSecret(View):
    """The secret that verifies signatures, shown once."""

    former_until = models.Webhook.former_until
    secret = written_by_edge(omittable(SECRET))


class ShownWebhook(View, of=models.Webhook):
    """A webhook and its state."""

    url = URL
    public_key = PUBLIC_KEY
    breaker = BREAKER
    behind = BEHIND


class WebhookList(View):
    """The endpoints of an agency."""

    webhooks = parts(ShownWebhook)


class ShownAttempt(View, of=models.WebhookAttempt):
    """A delivery attempt."""

    answer = ANSWER


class AttemptPage(paging.Page):
    """Delivery attempts, newest first."""

    attempts = parts(ShownAttempt)
