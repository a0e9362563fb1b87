"""Read what waits for a second person from all topics. Nothing is changed here."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from services.intake.access.erasure.models import ErasureRequest
from services.intake.access.erasure.rules import PROPOSED as ORDER_PROPOSED
from services.intake.access.rights.models import Disclosure, DisclosureProposal
from services.intake.access.rights.rules import WAITING
from services.intake.access.staff.actions import described, names_of
from services.intake.access.staff.actions import waiting as staff_waiting
from services.intake.access.staff_access.models import GlassReview
from services.intake.access.staff_access.rules import REVIEWED_WITHIN
from services.intake.agencies.consent.models import Sharing
from services.intake.agencies.consent.rules.sharing import ACTING, PROPOSED
from services.intake.cases.due.actions import listing
from services.intake.cases.lifecycle.actions.limits import agreed_limits, limits_at_closing
from services.intake.cases.lifecycle.models import ClosingProposal
from services.intake.cases.lifecycle.rules import WAITING as CLOSING_WAITS
from services.intake.cases.work.rules import queues as rules
from services.intake.cases.work.rules.queues import Waiting
from services.intake.facts.case.actions import readable, relations_to
from services.intake.facts.case.models import Case, TeamMember
from services.intake.facts.case.rules import ADVISER, OFFICER, written
from services.intake.facts.identity.rules import ESCALATES_AFTER
from services.intake.facts.person.models import AgeChange
from services.intake.facts.person.rules import WAITING as AGE_WAITS
from shared.access import endings
from shared.access.permissions import permits
from shared.access.tokens import Principal
from shared.store.conditions import is_one_of

#: The most entries of one kind that are read, the oldest first. No installation has more.
_MOST = 1_000
#: The roles that answer kinds without a case. For endings of access, `shared.operate.access` has the rule.
_OF_NO_CASE = {rules.ENDINGS: frozenset(("supervisor", OFFICER)), rules.STAFF: frozenset((OFFICER,))}


def waiting_for(
    session: Session, now: datetime, *, by: Principal, with_names: bool = False
) -> list[Mapping[str, object]]:
    """Return the decisions that wait for the caller as a second person, earliest due first, with the cases' versions.

    `with_names`: also the names of staff, as far as the reader sees them, and the exact proposal.
    """
    waiting = [
        *_erasures(session),
        *_disclosures(session),
        *_sharings(session),
        *_emergencies(session),
        *_closings(session, now),
        *_ages(session),
        *_ended(session, by),
        *_staff(session, now),
    ]
    # Read once for all kinds, because a case often has several.
    relations = relations_to(session, {row.case for row in waiting if row.case is not None}, by=by)
    admitted = {
        kind: {
            case
            for case, relation in relations.items()
            if permits(rules.TABLE, action, by, relation) and not rules.must_be_outside(kind, relation)
        }
        for kind, action in rules.ANSWERED_BY.items()
    }
    without_case = {kind for kind, roles in _OF_NO_CASE.items() if roles & by.roles}
    advised = _advised(session, waiting, now, by)
    listed = rules.for_second(waiting, admitted, by=UUID(by.subject), without_case=without_case, advised=advised)
    cases = {row.case for row in listed if row.case is not None}
    by_id = {
        row.id: row for row in session.execute(select(Case.id, Case.version, Case.number).where(Case.id.in_(cases)))
    }
    more = _proposed(session, listed, now, by=by) if with_names else {}
    for row in listed if with_names else ():
        more[row.id]["number"] = None if row.case is None else written(by_id[row.case].number)
    return [
        {**vars(row), "version": None if row.case is None else by_id[row.case].version, **more.get(row.id, {})}
        for row in listed
    ]


def _proposed(
    session: Session, listed: Collection[Waiting], now: datetime, *, by: Principal
) -> dict[UUID, dict[str, object]]:
    """Return for each entry its proposer and the exact proposal, in a fixed number of statements.

    Each closing takes some more statements, for the open items of its case and the limits of the person.
    """
    ids = [row.id for row in listed]
    names = names_of(session, {member for row in listed for member in (row.by, row.member) if member}, by=by)
    details: dict[UUID, dict[str, object]] = {
        row.id: {"by_name": names.get(row.by), "member_name": row.member and names.get(row.member)} for row in listed
    }
    for change in session.scalars(select(AgeChange).where(AgeChange.id.in_(ids))):
        details[change.id]["before"] = change.before
    for closing in session.scalars(select(ClosingProposal).where(ClosingProposal.id.in_(ids))):
        limits = limits_at_closing(session, closing.case_id, now, by=by)
        left = listing.open_things(session, closing.case_id, limits.values())
        details[closing.id] |= {
            "closed_on": closing.closed_on,
            "although_open": closing.although_open,
            "open": [{"what": what, "code": code} for what, code in left],
        }
    for proposal in described(session, ids):
        # A person who is proposed is not in the register yet.
        named = details[proposal["id"]]["member_name"] or proposal["name"]
        details[proposal["id"]] |= {"member_name": named, "roles": proposal["roles"], "sign_ins": proposal["sign_ins"]}
    return details


def _erasures(session: Session) -> Iterator[Waiting]:
    proposed = (
        select(ErasureRequest)
        .where(is_one_of(ErasureRequest.state, (ORDER_PROPOSED,)))
        .order_by(ErasureRequest.decided_at)
    )
    for request in session.scalars(proposed.limit(_MOST)):
        yield Waiting(
            kind=rules.ERASURES,
            id=request.id,
            case=request.case_id,
            by=request.decided_by or request.requested_by,
            at=request.decided_at,
            reason=request.reason,
            due_at=request.lapses_at,
        )


def _disclosures(session: Session) -> Iterator[Waiting]:
    proposed = (
        select(DisclosureProposal, Disclosure)
        .join(Disclosure, Disclosure.id == DisclosureProposal.disclosure_id)
        .where(is_one_of(DisclosureProposal.state, (WAITING,)))
        .order_by(DisclosureProposal.lapses_at)
    )
    for proposal, disclosure in session.execute(proposed.limit(_MOST)):
        yield Waiting(
            kind=rules.DISCLOSURES,
            id=disclosure.id,
            case=proposal.case_id,
            by=proposal.proposed_by,
            at=proposal.proposed_at,
            reason=disclosure.basis,
            due_at=proposal.lapses_at,
            demanded_by=disclosure.demanded_by,
            given=proposal.given,
        )


def _sharings(session: Session) -> Iterator[Waiting]:
    undecided = (
        select(Sharing).where(is_one_of(Sharing.state, (PROPOSED, ACTING))).order_by(Sharing.review_by, Sharing.id)
    )
    for sharing in session.scalars(undecided.limit(_MOST)):
        yield Waiting(
            kind=rules.SHARINGS,
            id=sharing.id,
            case=sharing.case_id,
            by=sharing.proposed_by,
            at=None,
            reason=sharing.reason,
            due_at=sharing.review_by,
            given=sharing.data_categories,
        )


def _emergencies(session: Session) -> Iterator[Waiting]:
    unreviewed = select(GlassReview).where(GlassReview.outcome.is_(None)).order_by(GlassReview.opened_at)
    for review in session.scalars(unreviewed.limit(_MOST)):
        yield Waiting(
            kind=rules.EMERGENCIES,
            id=review.id,
            case=review.case_id,
            by=review.member,
            at=review.opened_at,
            reason=review.reason,
            due_at=review.opened_at + REVIEWED_WITHIN,
        )


def _closings(session: Session, now: datetime) -> Iterator[Waiting]:
    proposed = (
        select(ClosingProposal)
        .where(is_one_of(ClosingProposal.state, (CLOSING_WAITS,)), ClosingProposal.lapses_at > now)
        .order_by(ClosingProposal.lapses_at)
    )
    for proposal in session.scalars(proposed.limit(_MOST)):
        yield Waiting(
            kind=rules.CLOSINGS,
            id=proposal.id,
            case=proposal.case_id,
            by=proposal.proposed_by,
            at=proposal.proposed_at,
            reason=proposal.reason,
            due_at=proposal.lapses_at,
        )


def _advised(session: Session, waiting: Iterable[Waiting], now: datetime, by: Principal) -> set[UUID]:
    """Return the closings over a running limit of the person to which the caller, the case's adviser, did not agree."""
    if ADVISER not in by.roles:
        return set()
    team = TeamMember.__table__.c
    own = (team.case_id == ClosingProposal.case_id, team.member == UUID(by.subject), team.role == ADVISER)
    asked = select(ClosingProposal)
    ids = [row.id for row in waiting if row.kind == rules.CLOSINGS]
    proposed = session.scalars(asked.join(TeamMember, and_(*own)).where(ClosingProposal.id.in_(ids))).all()
    readable_cases = readable(session, {row.case_id for row in proposed}, by=by)

    def is_agreed(closing: ClosingProposal) -> bool:
        agreed = set(agreed_limits(session, closing, now) or ())
        return limits_at_closing(session, closing.case_id, now, by=by).keys() <= agreed

    return {row.id for row in proposed if row.case_id in readable_cases and not is_agreed(row)}


def _ages(session: Session) -> Iterator[Waiting]:
    waits = select(AgeChange).where(is_one_of(AgeChange.state, (AGE_WAITS,))).order_by(AgeChange.proposed_at)
    for change in session.scalars(waits.limit(_MOST)):
        yield Waiting(
            kind=rules.AGES,
            id=change.id,
            case=change.case_id,
            by=change.proposed_by,
            at=change.proposed_at,
            reason=change.after,
            due_at=change.proposed_at + ESCALATES_AFTER,
        )


def _ended(session: Session, by: Principal) -> Iterator[Waiting]:
    for ending in endings.waiting(session, _MOST, to=by):
        yield Waiting(
            kind=rules.ENDINGS,
            id=ending["id"],
            case=None,
            by=ending["ended_by"],
            at=ending["ended_at"],
            reason=None,
            due_at=ending["until"],
            member=ending["member"],
        )


def _staff(session: Session, now: datetime) -> Iterator[Waiting]:
    for proposal in staff_waiting(session, now, _MOST):
        yield Waiting(
            kind=rules.STAFF,
            id=proposal.id,
            case=None,
            by=proposal.proposed_by or proposal.member,
            at=proposal.proposed_at,
            reason=proposal.kind,
            due_at=proposal.lapses_at,
            member=proposal.member,
        )
