"""Make reports: once for each id, about the agency's own records, and published in the same transaction."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.agencies.agency.models import Entry
from services.partners.channels.report import events, rules
from services.partners.channels.report.actions.about import about
from services.partners.channels.report.actions.showing import mine, shown
from services.partners.channels.report.models import AgencyReport, OwedAnswer
from services.partners.channels.report.schemas import MakeReport, MakeReports
from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground import rules as gate
from services.partners.streams.ground.models import CaseLaw, Party
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.models import Position, ToldEvent
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import times
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.contract import EventType
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import KeyUsed, Pieces, Reply, problem_type

#: The event of each kind of report, and the field of that event that refers to its record.
_ANNOUNCED: Final[Mapping[str, tuple[EventType, str | None]]] = {
    rules.REFERRAL: (events.OFFERED, None),
    rules.ADDITION: (events.SUPPLEMENTED, None),
    rules.REFERRAL_ANSWER: (events.ANSWERED, "referral"),
    rules.WITHDRAWAL_ANSWER: (events.WITHDRAWAL_ANSWERED, "consent"),
    rules.PROGRESS: (events.PROGRESS_REPORTED, "referral"),
}


def make_report(session: Session, command: MakeReport, now: datetime, *, by: Principal) -> Reply:
    """Report something, once under one id: a referral, an answer, how far help is; sent again it is answered alike.

    Raises `FactRefused`, `StepForbidden`.
    """
    report = make(session, command, now, by=by)
    return Reply(shown(session, command.id, by=by), status=201, about=report.id)


def make(session: Session, command: MakeReport, now: datetime, *, by: Principal) -> AgencyReport:
    """Store and publish a report, unless it was made already. Raises `FactRefused`, `StepForbidden`."""
    agency, sent = own_agency(by), _as_sent(command)
    earlier = mine(session, agency, command.id)
    if earlier is not None:
        rules.check_same(is_same=(earlier.kind, earlier.as_sent) == (command.kind, sent))
        return earlier
    rules.check(command.kind, command.said)
    _check_agreed(session, agency, command.kind, now)
    own_name = pseudonyms.of_agency(session, agency, now).real(command.id)
    rules.check_free(is_free=_is_free(session, own_name))
    meant = about(session, agency, command)
    report = AgencyReport(
        id=own_name, agency=agency, kind=command.kind, about=meant.record, case_id=meant.case, as_sent=sent, asked=[]
    )
    report.made_with, report.made_at, report.state = UUID(by.subject), now, rules.WAITING
    if not _store(session, report):
        # The same report was sent twice at once, and the other request stored it.
        return make(session, command, now, by=by)
    report = session.get_one(AgencyReport, own_name)
    if meant.erasure is not None:
        _announce_late(session, report, command, meant.erasure)
    else:
        _announce(session, report, command, now)
    return report


def _as_sent(command: MakeReport) -> Shown:
    return {name: str(value) if isinstance(value, (UUID, date)) else value for name, value in command.said.items()}


def _check_agreed(session: Session, agency: UUID, kind: str, now: datetime) -> None:
    """Check that an agreement is in force. Raises `StepForbidden`."""
    side = grounds.sides(session, {agency: (frozenset(), frozenset())})[agency]
    rules.check_agreed(kind, takes_part=gate.takes_part(side, grounds.day_of(now, None)))


def _is_free(session: Session, real: UUID) -> bool:
    """Return whether an id is unused here: an agency could reuse an id from its events as the id of a report."""
    named = or_(
        exists().where(CaseLaw.case_id == real),
        exists().where(or_(Party.id == real, Party.case_id == real)),
        exists().where(or_(ToldEvent.id == real, ToldEvent.case_id == real)),
        exists().where(Position.event == real),
        exists().where(Entry.id == real),
    )
    return not session.scalar(select(named))


def _store(session: Session, report: AgencyReport) -> bool:
    """Store a report; return whether it is the first with its id."""
    names = ("id", "agency", "kind", "about", "case_id", "as_sent", "made_with", "made_at", "state", "asked")
    values = {name: getattr(report, name) for name in names}
    new = insert(AgencyReport).values(**values).on_conflict_do_nothing().returning(AgencyReport.id)
    return session.scalar(new) is not None


def _announce(session: Session, report: AgencyReport, command: MakeReport, now: datetime) -> None:
    event_type, named = _ANNOUNCED[report.kind]
    data = {"agency": report.agency, **{name: value for name, value in command.said.items() if name != "about"}}
    subject = report.id
    if report.kind == rules.REFERRAL:
        data["offered_at"] = now
    else:
        data["report"] = report.id
        subject = report.case_id or report.about or report.id
    if named is not None:
        data |= {named: report.about, "happened": _happened(session, subject, command.happened, now)}
    record(session, subject, [Announcement(event_type.name, data)])


def _announce_late(session: Session, report: AgencyReport, command: MakeReport, request: UUID) -> None:
    """Publish an answer about an erased person. After a deletion the agency owes no further answer."""
    said = {name: value for name, value in command.said.items() if name in ("answer", "basis")}
    data = {"report": report.id, "agency": report.agency, "request": request, **said}
    record(session, report.id, [Announcement(events.ANSWERED_LATE.name, data)])
    if command.answer == rules.DELETED:
        session.execute(delete(OwedAnswer).where(OwedAnswer.id == report.about))


def _happened(session: Session, case: UUID, stated: str | None, now: datetime) -> str:
    """Return when something happened in a case, and lock the case's row. Raises `FactRefused`."""
    law = session.scalar(select(CaseLaw.jurisdiction).where(CaseLaw.case_id == case).with_for_update())
    if law is None:
        raise rules.not_of_the_agency()
    times.stated(stated, None, now, law)
    return stated or now.astimezone(UTC).isoformat()


def make_all(pieces: Pieces, command: MakeReports, *, by: Principal) -> list[Shown]:
    """Make several reports independently; return the result of each for `ReportsMade`."""
    became = []
    for number, report in enumerate(command.reports, start=1):
        problem = _refused(lambda report=report: _one(pieces, report, by=by))  # type: ignore[misc]  # bound at once
        status = "made" if problem is None else "refused"
        became.append({"id": report.id, "number": number, "status": status, "problem": problem})
    return became


def _one(pieces: Pieces, report: MakeReport, *, by: Principal) -> None:
    pieces.once(
        str(report.id),
        repr(report),
        ("report.make",),
        lambda session, now: make(session, report, now, by=by).id,
    )


def _refused(do: Callable[[], None]) -> Shown | None:
    """Make one report; return why it was refused, None if it was not."""
    try:
        do()
    except KeyUsed:
        return _problem(rules.said_otherwise(), None)
    except FactRefused as refused:
        return _problem(refused, refused.errors[0]["field"])
    except StepForbidden as refused:
        return _problem(refused, None)
    return None


def _problem(refused: StepForbidden, field: str | None) -> Shown:
    return {"type": problem_type(refused.title), "rule": refused.rule, "field": field, "message": str(refused)}
