"""The operators' routes for held, unreadable and skipped events; the same in every service."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, fields, validate
from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from shared.access.declarations import declare, nullable
from shared.access.permissions import Need
from shared.access.views import View, part, parts
from shared.events.contract import Code, Flag, Instant, Reference
from shared.events.envelope import read_type, type_of
from shared.exchange import cursor, holds, interventions
from shared.exchange.interventions import SKIP_REASONS, STATES, Choice
from shared.http import Call, CallWith, Command, Refused, Reply, optional, paging, required, route

#: The entries of the access table for the routes below.
ACCESS = {
    "holds.read": {"operator": Need.ANY},
    "holds.retry": {"operator": Need.ANY},
    "holds.skip": {"operator": Need.ANY},
    "quarantine.read": {"operator": Need.ANY},
    "skipped.read": {"operator": Need.ANY},
}
#: The most rows in one answer.
PAGE = 200


_TYPE = "org.casepath.intake.case.closed.v1"
_SEEN_POSITION = fields.Integer(strict=True, validate=validate.Range(min=1))
SUBJECT = declare(Reference(), None, "The case or other subject.")
TYPE = declare(Code(), None, "The type of an event, as events carry it.", example=_TYPE)
SOURCE = declare(Code(), None, "The service whose events wait.", example="intake")
STATE = declare(Code(STATES), None, "Whether it waits for its next try, or for a person.")
POSITION = declare(_SEEN_POSITION, None, "The event, by its position in the source's log.", example=42)
SKIP_REASON = declare(Code(SKIP_REASONS), None, "Why the event is skipped.")
ERROR = declare(fields.String(), None, "The class of the error.", example="ValueError")
VERSION = declare(fields.Integer(), None, "The version of the type.", example=1)


class Retry(Command):
    """The subjects to retry: one, all of a type, or all; `state` and `source` narrow the choice."""

    sample: ClassVar[Mapping[str, Any]] = {"type": _TYPE, "state": "parked"}

    subject: UUID | None = optional(SUBJECT, default=None)
    type: str | None = optional(TYPE, default=None)
    all: bool = optional(declare(Flag(), None, "True: every subject that waits."), default=False)
    source: str | None = optional(SOURCE, default=None)
    state: str | None = optional(STATE, default=None)

    def __post_init__(self) -> None:
        """Refuse a body that names no subjects, or names them twice. Raises `ValidationError`."""
        if sum((self.subject is not None, bool(self.type), self.all)) != 1:
            raise ValidationError("give one of `subject`, `type`, or `all` as true")
        if self.type is not None and read_type(self.type) is None:
            raise ValidationError({"type": [f"is not an event type, such as {_TYPE}"]})


class Skip(Command):
    """Why the failing event is skipped; `position` is the event that the operator saw."""

    reason: str = required(SKIP_REASON)
    position: int | None = optional(POSITION, default=None)


class Hold(View):
    """A subject whose events wait."""

    source = SOURCE
    subject = SUBJECT
    state = STATE
    position = POSITION
    type = declare(nullable(Code()), None, "The type of the event that fails; null once it was passed.", example=_TYPE)
    version = declare(nullable(fields.Integer()), None, "The version of that type.", example=1)
    attempts = declare(fields.Integer(), None, "How often it was tried.", example=3)
    reason = ERROR
    held_at = declare(Instant(), None, "Since when it waits.")
    next_try_at = declare(nullable(Instant()), None, "When it is tried next.")
    parked_at = declare(nullable(Instant()), None, "Since when it waits for a person.")


class HoldPage(paging.Page):
    """Subjects whose events wait."""

    holds = parts(Hold)


class Retried(View):
    """The number of subjects that are retried."""

    retried = declare(fields.Integer(), None, "How many.", example=1)


class SkippedHold(View):
    """The event that was skipped."""

    source = SOURCE
    subject = SUBJECT
    position = POSITION
    type = TYPE
    reason = SKIP_REASON


class SkipDone(View):
    """The result of a skip."""

    skipped = part(SkippedHold)


class Quarantined(View):
    """A body that could not be read. The body itself is not stored."""

    hash = declare(fields.String(), None, "SHA-256 of the body.", example="00ff")
    reason = declare(fields.String(), None, "Why it could not be read.", example="Unreadable")
    size = declare(fields.Integer(), None, "Its length in bytes.", example=12)
    exchange = declare(fields.String(), None, "Where it came from.", example="intake.events")
    count = declare(fields.Integer(), None, "How often it came.", example=1)
    first_at = declare(Instant(), None, "When it came first.")
    last_at = declare(Instant(), None, "When it came last.")


class QuarantinePage(paging.Page):
    """Bodies that could not be read."""

    quarantine = parts(Quarantined)


class UnknownType(View):
    """A type that is neither read nor ignored here."""

    type = TYPE
    count = declare(fields.Integer(), None, "How many events of it were left out.", example=1)
    first_position = declare(fields.Integer(), None, "The first of them.", example=42)
    last_position = declare(fields.Integer(), None, "The last of them.", example=42)


class SkippedEvent(View):
    """An event that an operator skipped."""

    number = declare(fields.Integer(), None, "Its place in this list.", example=1)
    source = SOURCE
    subject = SUBJECT
    position = POSITION
    type = TYPE
    version = VERSION
    error = ERROR
    reason = SKIP_REASON
    actor = declare(fields.String(), None, "Who skipped it.", example="operator")
    at = declare(Instant(), None, "When.")


class SkippedEvents(View):
    """The events that were ignored or skipped."""

    types = parts(UnknownType)
    events = parts(SkippedEvent)
    next = declare(
        nullable(fields.Integer()), None, "Send it as `after` for the next page; null on the last.", example=1
    )


class OperatedHolds:
    """The routes, for a service class that has an `edge`."""

    @route(
        "GET",
        "/v1/holds",
        action="holds.read",
        query=(
            paging.AFTER,
            paging.LIMIT,
            paging.SUBJECT,
            ("state", {"type": "string", "enum": list(STATES)}, "only subjects in this state"),
        ),
        reply=HoldPage,
    )
    def holds(self, call: Call) -> Reply:
        """List the subjects whose events wait, held or parked."""
        limit = paging.limit(call.query, PAGE)
        after = paging.after(call.query, _key)
        matching = interventions.find(call.session, _choice(call), after=after, limit=limit)
        last = matching[-1] if len(matching) == limit else None
        return Reply({"holds": matching, "next": f"{last['source']}/{last['subject']}" if last else None}, plain=True)

    @route("GET", "/v1/holds/<string:source>/<uuid:subject>", action="holds.read", reply=Hold)
    def hold(self, call: Call) -> Reply:
        """Show one held subject."""
        hold = interventions.one(call.session, call.path["source"], call.path["subject"], reader=_reader(call))
        return Reply(hold, about=call.path["subject"], plain=True)

    @route("POST", "/v1/holds/retry", action="holds.retry", body=Retry, reply=Retried)
    def retry(self, call: CallWith[Retry]) -> Reply:
        """Retry held or parked subjects immediately."""
        command = call.command
        source, name, version = (read_type(command.type) if command.type else None) or (None, None, None)
        if source and command.source not in (None, source):
            raise paging.unclear("`source` and `type` name different services. Leave one of them out.")
        choice = Choice(command.state, command.source or source, command.subject, name, version, _reader(call))
        return Reply({"retried": interventions.retry(call.session, choice)}, about=choice.subject)

    @route(
        "POST",
        "/v1/holds/<string:source>/<uuid:subject>/skip",
        action="holds.skip",
        body=Skip,
        reply=SkipDone,
    )
    def skip(self, call: CallWith[Skip]) -> Reply:
        """Skip the one event that holds a subject; the events that wait behind it are processed."""
        subject: UUID = call.path["subject"]
        interventions.one(call.session, call.path["source"], subject, reader=_reader(call))
        skipped = interventions.skip(
            call.session,
            call.path["source"],
            subject,
            reason=call.command.reason,
            actor=call.principal.subject,
            position=call.command.position,
        )
        return Reply({"skipped": skipped}, about=subject)

    @route("GET", "/v1/quarantine", action="quarantine.read", query=(paging.AFTER, paging.LIMIT), reply=QuarantinePage)
    def quarantine(self, call: Call) -> Reply:
        """List the bodies that could not be read, by their hashes."""
        limit = paging.limit(call.query, PAGE)
        table = holds.quarantine
        rows = _rows(call.session, table, table.c.hash > call.query.get("after", ""), table.c.hash, limit)
        return Reply({"quarantine": rows, "next": rows[-1].hash if len(rows) == limit else None})

    @route("GET", "/v1/quarantine/<string:hash>", action="quarantine.read", reply=Quarantined)
    def quarantined(self, call: Call) -> Reply:
        """Show one body that could not be read: its hash, size and reason, never the body."""
        table = holds.quarantine
        rows = _rows(call.session, table, table.c.hash == call.path["hash"], table.c.hash, 1)
        if not rows:
            raise Refused(
                404,
                "Not found",
                "No message with this hash is in quarantine here. Read the list of quarantined messages again.",
            )
        return Reply(rows[0])

    @route(
        "GET", "/v1/skipped", action="skipped.read", query=(paging.AFTER_POSITION, paging.LIMIT), reply=SkippedEvents
    )
    def skipped(self, call: Call) -> Reply:
        """List the types that are not known here, and the events that operators skipped."""
        limit = paging.limit(call.query, PAGE)
        after = paging.after(call.query, paging.place) or 0
        events = interventions.find_skips(call.session, after=after, limit=limit, reader=_reader(call))
        following = events[-1]["number"] if len(events) == limit else None
        return Reply({"types": _unknown_types(call.session), "events": events, "next": following}, plain=True)


def _choice(call: Call) -> Choice:
    state = call.query.get("state")
    if state not in (None, *STATES):
        raise paging.unclear("The value of `state` is not known. Send held or parked.")
    return Choice(state, subject=paging.subject(call.query), reader=_reader(call))


def _reader(call: Call) -> UUID:
    """Return the operator's id. To an operator whom a person excluded, that person's case does not exist."""
    return UUID(call.principal.subject)


def _key(text: str) -> tuple[str, UUID]:
    source, _, subject = text.partition("/")
    return source, UUID(subject)


def _rows(session: Session, table: Table, condition: Any, order: Any, limit: int) -> Sequence[Row[Any]]:
    return session.execute(select(table).where(condition).order_by(order).limit(limit)).all()


def _unknown_types(session: Session) -> list[dict[str, Any]]:
    table = cursor.skipped
    rows = session.execute(select(table).order_by(table.c.source, table.c.name, table.c.version))
    return [
        {
            "type": type_of(row.source, row.name, row.version),
            "count": row.count,
            "first_position": row.first_position,
            "last_position": row.last_position,
        }
        for row in rows
    ]
