"""Close and reopen a case, and propose, confirm or refuse a closing by two people. Proposals publish no event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.referral.actions import referrals
from services.intake.agencies.referral.rules import check_none_under_way
from services.intake.cases.due.actions import listing
from services.intake.cases.due.models import HeardRisk
from services.intake.cases.lifecycle import rules
from services.intake.cases.lifecycle.actions.limits import able_advisers, agreed_limits, limits_at_closing
from services.intake.cases.lifecycle.models import ClosingProposal
from services.intake.cases.lifecycle.schemas.closings import AnswerClosing, CloseCase, ReopenCase
from services.intake.facts.case.actions import record_of, relation_to
from services.intake.facts.case.models import Case, TeamMember, bump, current_version
from services.intake.facts.case.rules import ADVISER, CLOSED, OPEN
from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import danger, dates
from shared.casework.naming import check_acts
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def close_case(
    session: Session, case_id: UUID, command: CloseCase, now: datetime, *, by: Principal, by_two: bool = False
) -> Shown:
    """Close a case; with an immediate risk or over a running limit of the person, this needs a second person.

    Legal periods continue: they do not end with our work. Raises `StepForbidden`, also if the closing needs a second
    person, and `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    limits = limits_at_closing(session, case_id, now, by=by)
    announcement, although = _checked(session, case, command, limits, now)
    if not by_two:
        rules.check_alone(urgent=_is_urgent(session, case_id), limits=limits.values())
    _replace_waiting(session, case_id)
    case.status, case.closed_on = CLOSED, announcement.data["closed_on"]
    case.closure_reason, case.closed_although = command.reason, although
    bump(session, case_id)
    reasons = {"reason": command.reason, **rules.published_although(although)}
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, **reasons})])
    return {"id": case_id, "status": CLOSED}


def reopen_case(session: Session, case_id: UUID, command: ReopenCase, now: datetime) -> Shown:
    """Open a closed case again.

    It has all its records. The event of the closing stays.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    reopened_on = command.reopened_on or today
    announcement = rules.reopen(case.status, reopened_on, case.closed_on, today)
    case.status, case.closed_on, case.closure_reason, case.reopened_on = OPEN, None, None, reopened_on
    case.closed_although = None
    version = bump(session, case_id)
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, "reason": command.reason})])
    danger.report(session, case, "reopening_reason", now=command.reason, time=version)
    return {"id": case_id, "status": OPEN}


def propose_closing(session: Session, case: UUID, command: CloseCase, now: datetime, *, by: Principal) -> UUID:
    """Propose to close a case; nothing is closed until a supervisor outside the team confirms it.

    If a limit of the person runs, the legal adviser of the case has to agree first. That is enough without a risk. If
    the team has no legal adviser who can act, the reason `no_legal_adviser` leaves the decision to the supervisor.

    Return the proposal's id. It replaces a proposal that waits. Raises `StepForbidden` and
    `FactRefused`, also if the case cannot be closed at all.
    """
    _checked(session, session.get_one(Case, case), command, limits_at_closing(session, case, now, by=by), now)
    _replace_waiting(session, case)
    proposal = ClosingProposal(
        case_id=case,
        state=rules.WAITING,
        proposed_by=UUID(by.subject),
        proposed_at=now,
        lapses_at=now + rules.LAPSES_AFTER,
        **command.stored(),
    )
    session.add(proposal)
    session.flush()
    bump(session, case)
    return proposal.id


def answer_closing(
    session: Session, case: UUID, proposal_id: UUID, command: AnswerClosing, now: datetime, *, by: Principal
) -> Shown:
    """Close a case as a second person, or refuse to with a reason.

    The legal adviser of the case answers if a limit of the person runs. With an immediate risk, the proposal then still
    waits for a supervisor, and for the adviser again if another limit begins meanwhile. Raises `NotFound`,
    `StepForbidden`, `FactRefused`.
    """
    if command.confirms:  # a refusal does not close the case
        check_acts(session, by, rules.ACCESS["closing.confirm"], now)
    proposal, who = record_of(session, ClosingProposal, case, proposal_id), UUID(by.subject)
    limits = limits_at_closing(session, case, now, by=by)
    on_team = relation_to(session, case, by) is Relation.TEAM
    advises = on_team and bool(limits) and _is_adviser(session, case, who) and who != proposal.proposed_by
    if advises:
        rules.check_waits(proposal.state, proposal.lapses_at, now)
    else:
        rules.check_second(
            proposal.state, proposal.lapses_at, now, proposed_by=proposal.proposed_by, by=who, on_team=on_team
        )
    state = rules.answered(confirms=command.confirms, refusal=command.reason)
    if advises and state == rules.CONFIRMED:
        proposal.adviser, proposal.adviser_at = who, now
        proposal.adviser_limits = sorted({*(proposal.adviser_limits or ()), *limits})
        if _is_urgent(session, case):
            bump(session, case)
            return {"id": proposal_id, "state": proposal.state, "status": OPEN}
    if state == rules.CONFIRMED:
        # The closing checks that still no adviser can act.
        without = proposal.although_open == rules.NO_ADVISER
        if not without:
            rules.check_agreed(limits, agreed_limits(session, proposal, now))
    proposal.state = state
    proposal.answered_by, proposal.answered_at, proposal.refusal = who, now, command.reason
    if proposal.state == rules.REFUSED:
        bump(session, case)
        return {"id": proposal_id, "state": proposal.state, "status": OPEN}
    closing = CloseCase(reason=proposal.reason, closed_on=proposal.closed_on, although_open=proposal.although_open)
    close_case(session, case, closing, now, by=by, by_two=True)
    return {"id": proposal_id, "state": proposal.state, "status": CLOSED}


def read_proposals(session: Session, case: UUID) -> tuple[Shown, int]:
    """List what was proposed of closing a case, in every state."""
    return {"proposals": proposals_of(session, case)}, current_version(session, case)


def proposals_of(session: Session, case: UUID) -> Sequence[ClosingProposal]:
    """Return the proposals to close a case, in the order in which they were made."""
    return session.scalars(
        select(ClosingProposal).where(ClosingProposal.case_id == case).order_by(ClosingProposal.id)
    ).all()


def _checked(
    session: Session, case: Case, command: CloseCase, limits: Mapping[UUID, str], now: datetime
) -> tuple[Announcement, str | None]:
    """Return the event of a closing, and the reason for closing while something is open, if anything is.

    `limits`: the person's running limits. Raises `StepForbidden` and `FactRefused` for obstacles that a second person
    cannot overrule either.
    """
    today = dates.today(now, case.jurisdiction)
    closed_on = command.closed_on or today
    announcement = rules.close(case.status, closed_on, case.reopened_on or case.opened_on, today)
    check_none_under_way(referrals.referral_states(session, case.id))
    if command.although_open == rules.NO_ADVISER:
        can_act = any(able_advisers(session, case.id, now))
        rules.check_without_adviser(limits.values(), can_act=can_act)
    left = listing.open_things(session, case.id, limits.values())
    return announcement, rules.closed_although(left, command.although_open)


def _is_adviser(session: Session, case: UUID, member: UUID) -> bool:
    row = session.get(TeamMember, (case, member))
    return row is not None and row.role == ADVISER


def _is_urgent(session: Session, case: UUID) -> bool:
    risk = session.get(HeardRisk, case)
    return risk is not None and risk.urgent


def _replace_waiting(session: Session, case: UUID) -> None:
    """Mark a waiting proposal as replaced, because of a new proposal or because the case was closed."""
    for proposal in proposals_of(session, case):
        if proposal.state == rules.WAITING:
            proposal.state = rules.REPLACED
