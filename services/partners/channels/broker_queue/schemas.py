"""The command and the view of a queue. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from typing import ClassVar, Final

from marshmallow import fields, validate

from services.partners.channels.broker_queue import models, rules
from services.partners.channels.broker_queue.models import LONGEST_NAME
from shared.access.declarations import declare, nullable
from shared.access.views import View
from shared.events.contract import Count, Flag
from shared.http import Command, optional, required
from shared.http.words import Words

ADDRESS = declare(
    nullable(Words(LONGEST_NAME)),
    None,
    "Where agencies reach the broker; null: it is open to none.",
    example="amqps://broker.example.org:5671/agencies",
)
SERVES = declare(Flag(), None, "Whether anything goes into it now: it is open, and an agreement counts.")
SEQUENCE = declare(nullable(Count()), None, "The last sequence of the agency's stream that the broker confirmed.")
#: 32 bytes in base64url: a coordinate of either curve.
_COORDINATE: Final = (validate.Regexp(r"^[A-Za-z0-9_-]{43}\Z"), validate.Length(max=43))
_SAMPLE_X: Final = "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"
ENCRYPTION_KID = declare(
    nullable(fields.String()),
    None,
    "The id (`kid`) of the key that new messages are encrypted to; null: they are in clear.",
    example="2026-12",
)
KID = declare(
    fields.String(validate=[validate.Regexp(r"^[A-Za-z0-9._~-]+\Z"), validate.Length(max=64)]),
    None,
    "The id of the key, which each message names.",
    example="2026-12",
)
KTY = declare(fields.String(validate=validate.OneOf(list(rules.CURVES))), None, "The type of the key.", example="OKP")
CRV = declare(
    fields.String(validate=validate.OneOf(list(rules.CURVES.values()))), None, "The curve of the key.", example="X25519"
)
X = declare(fields.String(validate=_COORDINATE), None, "The public key, or its first coordinate.", example=_SAMPLE_X)
Y = declare(nullable(fields.String(validate=_COORDINATE)), None, "The second coordinate, of EC keys.", example=None)
USE = declare(fields.String(validate=validate.OneOf(["enc"])), None, "What the key is for.", example="enc")
ALG = declare(
    fields.String(validate=validate.OneOf(["ECDH-ES+A256KW"])), None, "The algorithm.", example="ECDH-ES+A256KW"
)


class RegisterEncryptionKey(Command):
    """The public key of an agency, as a JWK. A private part (`d`) is refused like every unknown field."""

    kty: str = required(KTY)
    crv: str = required(CRV)
    kid: str = required(KID)
    x: str = required(X)
    y: str | None = optional(Y, default=None)
    use: str = optional(USE, default="enc")
    alg: str = optional(ALG, default="ECDH-ES+A256KW")

    sample: ClassVar[Mapping[str, object] | None] = {"kty": "OKP", "crv": "X25519", "kid": "2026-12", "x": _SAMPLE_X}


class ShownQueue(View, of=models.BrokerQueue):
    """An agency's queue at the broker."""

    address = ADDRESS
    serves = SERVES
    sequence = SEQUENCE
    encryption_kid = ENCRYPTION_KID
