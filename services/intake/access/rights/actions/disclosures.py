"""Record, decide and list demands of third parties for disclosure. Nothing is handed over here."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.rights import rules
from services.intake.access.rights.models import Disclosure, DisclosureProposal
from services.intake.access.rights.schemas import ConfirmDemand, DecideDemand, RecordDemand
from services.intake.facts.case.actions import page_of, record_of
from services.intake.facts.case.models import Case, TeamMember, bump, lock
from services.intake.facts.case.rules import OFFICER
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.audit import notices
from shared.casework import dates
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.privacy import disclosure_permits

#: The values of a decision, which are stored with the demand when the decision is final.
_DECIDED: Final = ("challenged", "decision", "given", "person_agreed", "person_told", "not_told_reason")
#: The timer by which a proposal lapses.
_LAPSE: Final = "disclosure.proposal"


def record_demand(session: Session, case_id: UUID, command: RecordDemand, now: datetime) -> UUID:
    """Record that police, a court or another third party demands disclosure.

    Raises `FactRefused`.
    """
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    received_on = command.received_on or today
    rules.check_demand(command.asked, received_on, today)
    stored = command.stored(received_on=received_on)
    disclosure = Disclosure(case_id=case_id, **stored)
    session.add(disclosure)
    bump(session, case_id)
    record(session, case_id, [Announcement("disclosure.demanded", {"disclosure": disclosure.id, **stored})])
    return disclosure.id


def decide_demand(
    session: Session, case_id: UUID, disclosure_id: UUID, command: DecideDemand, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record what was decided on a demand; to give something is proposed, and waits for a second person.

    Return the decision with the state of the demand. One person can decide to give nothing. A decision to give
    something is a proposal, which waits for a second person. It replaces a proposal that was already waiting. Raises
    `NotFound`, `StepForbidden`, `FactRefused`.
    """
    disclosure, caller = record_of(session, Disclosure, case_id, disclosure_id), UUID(by.subject)
    rules.check_decision(disclosure, command, by_legal_adviser=advises(session, case_id, by=by))
    earlier = _waiting(session, disclosure_id)
    if earlier is not None:
        _answer(session, earlier, rules.REPLACED, now, by=caller)
    if command.given:
        _propose(session, disclosure, command, now, by=caller)
        bump(session, case_id)
        return {"id": disclosure_id, "decision": command.decision, "state": rules.PROPOSED}
    _decide(session, disclosure, command.stored(), now, decided_by=caller, confirmed_by=None)
    return {"id": disclosure_id, "decision": command.decision, "state": rules.DECIDED}


def confirm_demand(
    session: Session, case_id: UUID, disclosure_id: UUID, command: ConfirmDemand, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Confirm, as a second person, that the classes that are proposed may be given, for 30 days; or refuse it.

    Return the state. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    if command.confirms:  # a refusal hands nothing over
        check_acts(session, by, rules.ACCESS["disclosure.confirm"], now)
    disclosure, caller = record_of(session, Disclosure, case_id, disclosure_id), UUID(by.subject)
    proposal = _waiting(session, disclosure_id)
    state = rules.check_second(
        None if proposal is None else proposal.state,
        proposed_by=caller if proposal is None else proposal.proposed_by,
        by=caller,
        confirms=command.confirms,
        refusal=command.reason,
    )
    if proposal is None:
        raise NotFound
    _answer(session, proposal, state, now, by=caller, refusal=command.reason)
    if state == rules.REFUSED:
        bump(session, case_id)
        return {"id": disclosure_id, "state": state}
    decided = {name: getattr(proposal, name) for name in _DECIDED}
    _decide(session, disclosure, decided, now, decided_by=proposal.proposed_by, confirmed_by=caller)
    return {"id": disclosure_id, "state": state}


def _decide(
    session: Session,
    disclosure: Disclosure,
    decided: Mapping[str, Any],
    now: datetime,
    *,
    decided_by: UUID,
    confirmed_by: UUID | None,
) -> None:
    """Store a final decision, and permit its classes of records."""
    case_id = disclosure.case_id
    for name, column_value in decided.items():
        setattr(disclosure, name, column_value)
    disclosure.decided_on = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    disclosure.decided_by, disclosure.confirmed_by = decided_by, confirmed_by
    bump(session, case_id)
    payload = {name: decided[name] for name in ("decision", "challenged", "given", "person_told")}
    until = rules.open_until(datetime.now(UTC))  # real time, so that no test clock prolongs the access
    if decided["given"]:
        permit = disclosure_permits.by_disclosure(disclosure.id, case_id, decided["given"], until)
        disclosure_permits.keep(session, permit)
    record(
        session, case_id, [Announcement("disclosure.decided", {"disclosure": disclosure.id, **payload, "until": until})]
    )


def _propose(session: Session, disclosure: Disclosure, command: DecideDemand, now: datetime, *, by: UUID) -> None:
    lapses_at = now + rules.LAPSES_AFTER
    proposal = DisclosureProposal(
        case_id=disclosure.case_id,
        disclosure_id=disclosure.id,
        state=rules.WAITING,
        proposed_by=by,
        proposed_at=now,
        lapses_at=lapses_at,
        **command.stored(),
    )
    session.add(proposal)
    session.flush()
    timers.schedule(session, proposal.id, _LAPSE, lapses_at)
    _notify(session, "disclosure_proposed", proposal, disclosure)


def _waiting(session: Session, disclosure_id: UUID) -> DisclosureProposal | None:
    """Return the proposal about a demand that waits for a second person. The case must be locked."""
    is_waiting = (DisclosureProposal.disclosure_id == disclosure_id, DisclosureProposal.state == rules.WAITING)
    return session.scalars(select(DisclosureProposal).where(*is_waiting)).one_or_none()


def _answer(
    session: Session,
    proposal: DisclosureProposal,
    state: str,
    now: datetime,
    *,
    by: UUID | None,
    refusal: str | None = None,
) -> None:
    proposal.state, proposal.answered_by, proposal.answered_at, proposal.refusal = state, by, now, refusal
    timers.cancel(session, proposal.id)


def _lapse(session: Session, timer: Timer, now: datetime) -> None:
    case = session.scalar(select(DisclosureProposal.case_id).where(DisclosureProposal.id == timer.owner))
    if case is None:
        return
    lock(session, case)
    proposal = session.get_one(DisclosureProposal, timer.owner, populate_existing=True)
    if proposal.state == rules.WAITING:
        _answer(session, proposal, rules.LAPSED, now, by=None)
        _notify(session, "disclosure_lapsed", proposal, session.get_one(Disclosure, proposal.disclosure_id))
        bump(session, case)


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}


def _notify(session: Session, kind: str, proposal: DisclosureProposal, disclosure: Disclosure) -> None:
    """Store a notice of a proposal for the data protection officer; its author is the proposer."""
    notices.give(
        session,
        kind=kind,
        case=proposal.case_id,
        member=proposal.proposed_by,
        reason=disclosure.basis,
        at=datetime.now(UTC),  # real time, as every notice
        recipients=[],
        role=OFFICER,
    )


def advises(session: Session, case: UUID, *, by: Principal) -> bool:
    """Return whether the caller is a legal adviser of the case: on its team and in their current roles."""
    member = session.get(TeamMember, (case, UUID(by.subject)))
    return member is not None and member.role == "legal_adviser" and member.role in by.roles


def demands_of(session: Session, case_id: UUID, after: UUID | None, limit: int) -> dict[str, object]:
    """List the demands about a case, the earliest recorded first."""
    page, following = page_of(session, Disclosure, case_id, after, limit)
    proposals = select(DisclosureProposal).where(DisclosureProposal.disclosure_id.in_([row["id"] for row in page]))
    last = {proposal.disclosure_id: proposal for proposal in session.scalars(proposals.order_by(DisclosureProposal.id))}
    return {"disclosures": [{**row, "proposal": last.get(row["id"])} for row in page], "next": following}
