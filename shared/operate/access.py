"""The routes to revoke staff access.

Each service shows revocations, and can revoke while the others are unavailable.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import endings, revocations, staff
from shared.access.declarations import declare, nullable
from shared.access.permissions import Need, NotFound
from shared.access.tokens import Principal
from shared.access.views import View, parts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.contract import Code, Flag, Instant, Reference
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import ORIGIN, record
from shared.http import Call, CallWith, Command, Refused, Reply, optional, required, route
from shared.reference import codes
from shared.telemetry.logs import logger

#: The roles that can confirm a revocation as the second person: people who sign in. The operators' key contains the
#: staff id that the operator states, so it can start a revocation and never confirm one.
SECOND: Final = {"supervisor": Need.ANY, "data_protection_officer": Need.ANY}
#: The entries of the access table for the routes below.
ACCESS = {
    "revocations.read": {"operator": Need.ANY, "supervisor": Need.ANY},
    "access.end": {"operator": Need.ANY, **SECOND},
    "access.confirm_end": SECOND,
    "endings.read": {"operator": Need.ANY, **SECOND},
}
#: The most revocations on a list, latest first.
LONGEST_LIST: Final = 200
_LAPSE: Final = "access.end"

log = logger()

MEMBER = declare(Reference(), None, "The member of staff.")
ENDING = declare(Reference(), None, "The ending; the same at every service where one person ends it.")


class Revocation(View):
    """The moment up to which a member of staff's tokens are revoked."""

    member = MEMBER
    before = declare(Instant(), None, "Tokens that were issued before this moment count no more.")


class EndAccess(Command):
    """Revoke all tokens of a staff member. The same `ending` can be sent to several services."""

    member: UUID = required(MEMBER)
    ending: UUID | None = optional(nullable(Reference()), default=None)


class AnswerEnding(Command):
    """The answer of a second person to a revocation."""

    confirms: bool = required(declare(Flag(), None, "Whether it stands; otherwise it is taken back."))


class Ending(View):
    """A revocation of a staff member's access, and its state."""

    id = ENDING
    member = MEMBER
    state = declare(Code(endings.STATES), None, "Where it stands.")
    until = declare(nullable(Instant()), None, "When it lapses (real time); null once it is confirmed.")


class MadeEnding(Ending):
    """A revocation that was made at this service, with the persons who made and answered it."""

    ended_by = declare(Reference(), None, "Who ended it.")
    ended_at = declare(Instant(), None, "When they did (real time).")
    answered_by = declare(nullable(Reference()), None, "The second person; null if there was none.")
    because = declare(nullable(Code(codes("access_end_lifted"))), None, "Why it counts no more; null while it does.")


class EndingList(View):
    """The latest revocations that were made at this service."""

    endings = parts(MadeEnding)


class OperatedAccess:
    """The routes, for a service class that has an `edge`."""

    @route("GET", "/v1/access/revocations/<uuid:member>", action="revocations.read", reply=Revocation)
    def revocation(self, call: Call) -> Reply:
        """Return the moment up to which a member of staff's tokens are revoked."""
        member: UUID = call.path["member"]
        before = revocations.find(call.session, member)
        if before is None:
            raise Refused(404, "Not found", "No token of this staff member was revoked at this service. Check the id.")
        return Reply({"member": member, "before": before}, about=member)

    @route("POST", "/v1/access/endings", action="access.end", body=EndAccess, reply=Ending)
    def end_access(self, call: CallWith[EndAccess]) -> Reply:
        """End a staff member's access immediately; it is restored after a day unless a second person confirms."""
        member, ending = call.command.member, call.command.ending or new_id()
        stored = end(call.session, ending, member, call.now, by=UUID(call.principal.subject))
        return Reply(stored, about=member)

    @route("GET", "/v1/access/endings", action="endings.read", reply=EndingList)
    def read_endings(self, call: Call) -> Reply:
        """List the latest revocations made at this service; supervisors see those of their own agency."""
        return Reply({"endings": endings.made_here(call.session, LONGEST_LIST, to=call.principal)})

    @route(
        "POST",
        "/v1/access/endings/<uuid:ending>/confirmation",
        action="access.confirm_end",
        body=AnswerEnding,
        reply=Ending,
    )
    def confirm_ending(self, call: CallWith[AnswerEnding]) -> Reply:
        """Confirm or cancel the revocation of a staff member's access, as the second person."""
        by, ending = call.principal, call.path["ending"]
        endings.check_second(staff.find(call.session, UUID(by.subject)), SECOND, call.now.date())
        answered = answer(call.session, ending, by=by, confirms=call.command.confirms)
        return Reply(answered, about=UUID(str(answered["member"])))


def end(session: Session, ending: UUID, member: UUID, now: datetime, *, by: UUID) -> dict[str, object]:
    """Revoke a staff member's access here, and everywhere if this service publishes revocations.

    Return the revocation as `Ending` reads it. Raises `EndingRefused`. `now` is the domain's time, by which a
    revocation lapses if no one confirms it.
    """
    stored, is_new = endings.end(session, ending, member, by=by)
    if is_new:
        timers.schedule(session, ending, _LAPSE, now + endings.LAPSES_AFTER)
        if _owns(session):
            endings.tell(session, ending, member, endings.ENDED, stored["until"])
            payload = {"ending": ending, "member": member, "until": stored["until"]}
            record(session, member, [Announcement(endings.BEGAN.name, payload)])
    return dict(stored)


def answer(session: Session, ending: UUID, *, by: Principal, confirms: bool) -> dict[str, object]:
    """Store a second person's answer to a revocation that was made here. Return the revocation.

    Raises `NotFound`, `EndingRefused`.
    """
    row, who = endings.find(session, ending, lock=True, to=by), UUID(by.subject)
    if row is None:
        raise NotFound
    endings.check_answer(row, by=who, confirms=confirms)
    timers.cancel(session, ending)
    if confirms:
        endings.answer(session, ending, by=who, state=endings.CONFIRMED)
        _announce(session, ending, row["member"], endings.CONFIRMED)
    else:
        endings.answer(session, ending, by=who, state=endings.LIFTED, because=endings.REFUSED)
        _announce(session, ending, row["member"], endings.LIFTED, endings.REFUSED)
    return dict(endings.find(session, ending) or row)


def _lapse(session: Session, timer: Timer, _now: datetime) -> None:
    row = endings.find(session, timer.owner, lock=True)
    if row is None or row["state"] != endings.ENDED or (endings.is_told(session, row["id"]) and not _owns(session)):
        return
    endings.answer(session, timer.owner, by=None, state=endings.LIFTED, because=endings.LAPSED)
    _announce(session, timer.owner, row["member"], endings.LIFTED, endings.LAPSED)
    log.warning("access.end_lapsed", owner=str(timer.owner))


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}


def _announce(session: Session, ending: UUID, member: UUID, state: str, because: str | None = None) -> None:
    """Publish the new state of a revocation, if this is the service that publishes them."""
    if not _owns(session):
        return
    endings.tell(session, ending, member, state)
    payload = {"ending": ending, "member": member}
    if because is None:
        record(session, member, [Announcement(endings.CONFIRMED_BY_ANOTHER.name, payload)])
    else:
        record(session, member, [Announcement(endings.TAKEN_BACK.name, {**payload, "because": because})])


def _owns(session: Session) -> bool:
    return any(event_type.name == endings.BEGAN.name for event_type in ORIGIN.of(session).emits)
