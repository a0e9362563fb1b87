"""The operators' routes for what waits, what could not be read, and what was left out; the same in every service."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from shared.access.permissions import Need
from shared.events.contract import Code, Flag, Reference
from shared.events.envelope import read_type, type_of
from shared.exchange import cursor, holds, interventions
from shared.exchange.interventions import SKIP_REASONS, STATES, Choice
from shared.http import Call, Refused, Reply, paging, route

#: The entries of the access table for the routes below.
ACCESS = {
    "holds.read": {"operator": Need.ANY},
    "holds.retry": {"operator": Need.ANY},
    "holds.skip": {"operator": Need.ANY},
    "quarantine.read": {"operator": Need.ANY},
    "skipped.read": {"operator": Need.ANY},
}
#: Rows of one answer, at most.
PAGE = 200


class Retry(Schema):
    """Which subjects to try again: one, all of a type, or all; `state` and `source` narrow the choice."""

    subject = Reference()
    type = Code(metadata={"description": "as events carry it, or without its version"})
    all = Flag()
    source = Code()
    state = Code(STATES)

    @validates_schema
    def _one_choice(self, choice: dict[str, Any], **_more: Any) -> None:
        if sum((bool(choice.get("subject")), bool(choice.get("type")), bool(choice.get("all")))) != 1:
            raise ValidationError("give one of `subject`, `type`, or `all` as true")
        if "type" in choice and read_type(choice["type"]) is None:
            raise ValidationError({"type": ["is no type of an event, such as org.casepath.intake.case.closed.v1"]})


class Skip(Schema):
    """Why the event that fails is skipped; `position` is that event as it was seen."""

    reason = Code(SKIP_REASONS, required=True)
    position = fields.Integer(strict=True, validate=validate.Range(min=1))


class OperatedHolds:
    """The routes, for a service class that has an `edge`."""

    @route("GET", "/v1/holds", action="holds.read")
    def holds(self, call: Call) -> Reply:
        """List the subjects whose events wait, held or parked."""
        limit = paging.limit(call.query, PAGE)
        after = paging.after(call.query, _key)
        matching = interventions.find(call.session, _choice(call), after=after, limit=limit)
        last = matching[-1] if len(matching) == limit else None
        return Reply({"holds": matching, "next": f"{last['source']}/{last['subject']}" if last else None})

    @route("GET", "/v1/holds/<string:source>/<uuid:subject>", action="holds.read")
    def hold(self, call: Call) -> Reply:
        """Show one held subject."""
        hold = interventions.one(call.session, call.path["source"], call.path["subject"])
        return Reply(hold, about=call.path["subject"])

    @route("POST", "/v1/holds/retry", action="holds.retry", body=Retry)
    def retry(self, call: Call) -> Reply:
        """Try held or parked subjects again, at once."""
        body = call.body
        source, name, version = (read_type(body["type"]) if "type" in body else None) or (None, None, None)
        if source and body.get("source", source) != source:
            raise paging.unclear("`source` and `type` name different services.")
        choice = Choice(body.get("state"), body.get("source", source), body.get("subject"), name, version)
        return Reply({"retried": interventions.retry(call.session, choice)}, about=choice.subject)

    @route("POST", "/v1/holds/<string:source>/<uuid:subject>/skip", action="holds.skip", body=Skip)
    def skip(self, call: Call) -> Reply:
        """Skip the one event that holds a subject; what waits behind it goes on."""
        subject: UUID = call.path["subject"]
        skipped = interventions.skip(
            call.session,
            call.path["source"],
            subject,
            reason=call.body["reason"],
            actor=call.principal.subject,
            position=call.body.get("position"),
        )
        return Reply({"skipped": skipped}, about=subject)

    @route("GET", "/v1/quarantine", action="quarantine.read")
    def quarantine(self, call: Call) -> Reply:
        """List the bodies that could not be read, by their hashes."""
        limit = paging.limit(call.query, PAGE)
        table = holds.quarantine
        rows = _rows(call.session, table, table.c.hash > call.query.get("after", ""), table.c.hash, limit)
        return Reply({"quarantine": rows, "next": rows[-1]["hash"] if len(rows) == limit else None})

    @route("GET", "/v1/quarantine/<string:hash>", action="quarantine.read")
    def quarantined(self, call: Call) -> Reply:
        """Show one body that could not be read: its hash, size and reason, never the body."""
        table = holds.quarantine
        rows = _rows(call.session, table, table.c.hash == call.path["hash"], table.c.hash, 1)
        if not rows:
            raise Refused(404, "Not found", "No body with this hash is in quarantine here.")
        return Reply(rows[0])

    @route("GET", "/v1/skipped", action="skipped.read")
    def skipped(self, call: Call) -> Reply:
        """List the types that are not known here, and the events that operators skipped."""
        limit = paging.limit(call.query, PAGE)
        after = paging.after(call.query, paging.place) or 0
        events = interventions.find_skips(call.session, after=after, limit=limit)
        following = events[-1]["number"] if len(events) == limit else None
        return Reply({"types": _unknown_types(call.session), "events": events, "next": following})


def _choice(call: Call) -> Choice:
    state = call.query.get("state")
    if state not in (None, *STATES):
        raise paging.unclear("`state` is held or parked.")
    return Choice(state, subject=paging.subject(call.query))


def _key(text: str) -> tuple[str, UUID]:
    source, _, subject = text.partition("/")
    return source, UUID(subject)


def _rows(session: Session, table: Table, condition: Any, order: Any, limit: int) -> list[dict[str, Any]]:
    rows = session.execute(select(table).where(condition).order_by(order).limit(limit)).mappings()
    return [{name: value.isoformat() if name.endswith("_at") else value for name, value in row.items()} for row in rows]


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
