"""The views of an agency's stream, besides the events themselves, and of the gate's decisions."""

from typing import Final
from uuid import UUID

from marshmallow import fields

from services.partners.streams.stream.models import GateDecision
from shared.access.declarations import declare
from shared.access.views import View, parts
from shared.events.contract import Code, Count, Flag, Instant, Reference
from shared.http import Command, paging, required
from shared.http.route import Query
from shared.reference import codes

PSEUDONYM = declare(Reference(), None, "The agency's own name for an id.")
REAL = declare(Reference(), None, "The id that it represents.")
REASON = declare(Code(codes("pseudonym_reason")), None, "Why it is asked for; kept in the audit.")
GENERATION = declare(Count(), None, "How often the agency's names were made: 1 for the first.", example=2)
BEFORE = declare(Reference(), None, "The name until the last rotation.")
NOW_NAMED = declare(Reference(), None, "The name for the same since then.")


class ResolvePseudonym(Command):
    """Resolve an agency's pseudonym, for a stated reason."""

    pseudonym: UUID = required(PSEUDONYM)
    reason: str = required(REASON)


class RotatePseudonyms(Command):
    """Rotate an agency's pseudonyms."""

    reason: str = required(REASON)


class ResolvedPseudonym(View):
    """The id behind a pseudonym."""

    real = REAL


class RotatedPseudonyms(View):
    """The current generation of pseudonyms."""

    generation = GENERATION


class Renamed(View):
    """The pseudonyms of a person or record before and after the last rotation."""

    before = BEFORE
    now = NOW_NAMED


class RenamedPage(paging.Page):
    """The pseudonyms of all persons and records that the agency received, in the order of the new ones."""

    names = parts(Renamed)


class AgencyEvent(View):
    """An agency's copy of an event, as a CloudEvent 1.0; every id in it is the agency's pseudonym."""

    specversion = declare(fields.String(), None, "`1.0`.", example="1.0")
    id = declare(Reference(), None, "The same each time that this event is handed over.")
    source = declare(fields.String(), None, "Whose event it is.", example="/casepath/intake")
    type = declare(fields.String(), None, "What happened.", example="org.casepath.intake.case.closed.v1")
    subject = declare(Reference(), None, "The subject; missing if the event is no longer allowed.")
    time = declare(Instant(), None, "The hour in which it was put into the stream, UTC.")
    sequence = declare(fields.String(), None, "Its position in the stream, without gaps.", example=f"{42:020}")
    logepoch = declare(Reference(), None, "The life of the stream: a restore begins a new one.")
    data = declare(fields.Dict(), None, "Codes, days, counts, booleans and references that the agency may have.")


class ShownDecision(View, of=GateDecision):
    """The gate's decisions about events of one type about a person."""

    case = declare(Reference(), None, "The case, or the other subject of the events.")
    told = declare(Flag(), None, "Whether the agency received it.")


class DecisionPage(paging.Page):
    """Decisions about one agency, in the order of their cases."""

    decisions = parts(ShownDecision)


CASE_ASKED: Final[Query] = ("case", {"type": "string", "format": "uuid"}, "only those about this case")
