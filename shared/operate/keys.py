"""The operators' routes for a service's keys: their state, and rewrapping under the ring's current key."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import fields, validate

from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.views import View, part
from shared.encryption import RingRefused, SealBroken
from shared.http import Call, CallWith, Command, Refused, Reply, optional, required, route
from shared.runtime.process import Process

#: The entries of the access table for the routes below.
ACCESS = {"keys.read": {"operator": Need.ANY}, "keys.rotate": {"operator": Need.ANY}}
#: The most keys that one request rewraps: their rows are locked meanwhile.
AT_ONCE = 1_000
LONGEST_NAME = 100


NAME = declare(fields.String(validate=validate.Length(1, LONGEST_NAME)), None, "A key of the ring.", example="2026")
MOST = declare(fields.Integer(strict=True, validate=validate.Range(1, AT_ONCE)), None, "Keys at once.", example=500)
LEFT = declare(fields.Integer(), None, "Data keys under older keys of the ring.", example=0)


class Rotate(Command):
    """The key of the ring to rewrap data keys under, and the most data keys that this request rewraps.

    The request names the key, so that a replica with an old ring file refuses instead of rewrapping with the old key.
    """

    under: str = required(NAME)
    most: int = optional(MOST, default=500)


class KeyArchive(View):
    """The archive of a service's keys."""

    age_seconds = declare(nullable(fields.Float()), None, "Since when it holds every key; null: not yet.", example=60)


class KeyUsage(View):
    """How a service's data keys are wrapped."""

    current = NAME
    ring = declare(fields.List(fields.String()), None, "All keys of the ring.", example=["2026"])
    keys = declare(fields.Integer(), None, "How many data keys there are.", example=3)
    under = declare(
        fields.Dict(keys=fields.String(), values=fields.Integer()), None, "How many under each.", example={"2026": 3}
    )
    left = LEFT
    lost = declare(
        fields.Integer(), None, "Of how many something is sealed, and the key neither there nor destroyed.", example=0
    )
    archive = part(KeyArchive)
    days = declare(fields.Integer(), None, "For how many days the archive keeps a key.", example=7)


class Rotated(View):
    """The progress of a rotation."""

    wrapped = declare(fields.Integer(), None, "Data keys that were wrapped anew.", example=3)
    left = LEFT


class OperatedKeys:
    """The routes, for a service class that has an `edge` and its `process`."""

    process: Any

    @route("GET", "/v1/keys", action="keys.read", reply=KeyUsage)
    def keys(self, _call: Call) -> Reply:
        """Return how many data keys there are, under which keys of the ring, and how old their archive is."""
        process: Process = self.process
        usage = process.keys.usage()
        archive = None if process.archive is None else {"age_seconds": process.archive.age()}
        return Reply(
            {
                "current": usage.current,
                "ring": list(usage.names),
                "keys": sum(usage.under.values()),
                "under": usage.under,
                "left": usage.left,
                "lost": process.key_watch.count_lost(),
                "archive": archive,
                "days": process.settings.key_days,
            }
        )

    @route("POST", "/v1/keys/rotation", action="keys.rotate", body=Rotate, reply=Rotated)
    def rotate_keys(self, call: CallWith[Rotate]) -> Reply:
        """Rewrap some data keys under the ring's current key; sealed data do not change."""
        process: Process = self.process
        current = process.keys.usage().current
        if current != call.command.under:
            detail = "The current key of the key ring here has another name. Read /v1/keys, and check the ring file."
            raise Refused(409, "Another key is current", detail)
        try:
            process.exchange_keys.rotate(datetime.now(UTC))
            wrapped, left = process.keys.rewrap(call.command.most)
        except RingRefused as refused:
            raise Refused(409, "The ring lacks a key", f"{refused}. Put it back into the ring file.") from None
        except SealBroken:
            detail = (
                "A data key does not open under the key of the ring that it names. See docs/guides/operate/keys.md."
            )
            raise Refused(409, "A key does not open", detail) from None
        return Reply({"wrapped": wrapped, "left": left})
