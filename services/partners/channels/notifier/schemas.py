"""The command and the views of notifiers. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import fields, validate

from services.partners.channels.notifier import models
from shared.access.declarations import declare, omittable
from shared.access.views import View, parts, written_by_edge
from shared.http import Command, paging, required

ADDRESS = declare(
    fields.String(validate=validate.Length(1, 2000)),
    None,
    "The webhook's https address, or the e-mail address. Stored encrypted.",
    example="https://pager.example.org/casepath",
)
SECRET = declare(
    fields.String(),
    None,
    "The secret that verifies webhook signatures (`whsec_`, Standard Webhooks). It is shown only in this response.",
    example="whsec_<32 bytes in base64>",
)


class RegisterNotifier(Command):
    """Register a notifier that rings an agency's on-call staff."""

    channel: str = required(models.Notifier.channel)
    address: str = required(ADDRESS)
    levels: list[str] = required(models.Notifier.levels)

    sample: ClassVar[Mapping[str, object] | None] = {
        "channel": "webhook",
        "address": "https://pager.example.org/casepath",
        "levels": ["team", "supervisors"],
    }


class NotifierSecret(View):
    """The secret that verifies the calls of a webhook, shown once."""

    secret = written_by_edge(omittable(SECRET))


class ShownNotifier(View, of=models.Notifier):
    """A notifier."""

    address = ADDRESS


class NotifierList(View):
    """The notifiers of an agency."""

    notifiers = parts(ShownNotifier)


class ShownRing(View, of=models.Ring):
    """One ring."""


class RingPage(paging.Page):
    """Rings of an agency, the newest first."""

    rings = parts(ShownRing)
