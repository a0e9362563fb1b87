"""Repeat exclusions and restrictions of a case in all cases that are merged with it.

Each repetition is a separate row with its own event to the other services, so that a query about a case covers its
person. No repetition names two cases. Access (by the team, or break-glass) is never repeated: it opens only one case.
While a person is missing, sharing by consent is frozen in all their cases.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.intake.access.merging.models import CaseMerge
from services.intake.agencies.referral.actions.freezing import settle_freezes
from services.intake.agencies.referral.actions.referrals import withdraw_uncovered
from services.intake.facts.case.actions import lock_joined, record_change
from services.intake.facts.case.models import Case
from services.intake.facts.safe_contact.actions import forget_note, repeat_note
from shared.access import case_restrictions, exclusions
from shared.access.case_restrictions import CaseRestriction
from shared.access.exclusions import Exclusion
from shared.events.envelope import Announcement, new_id
from shared.exchange.unlinked import unlinked


def of_one_person(session: Session, case: UUID) -> tuple[UUID, list[UUID]]:
    """Return the kept case of the person, and all their cases, the kept one first."""
    stands, kept = CaseMerge.unmerged_on.is_(None), CaseMerge.kept_id
    kept_case = session.execute(select(kept).where(CaseMerge.alias_id == case, stands)).scalar_one_or_none() or case
    others = select(CaseMerge.alias_id).where(kept == kept_case, stands).order_by(CaseMerge.alias_id)
    return kept_case, [kept_case, *session.execute(others).scalars()]


# control: H-JOINED-4 exclusion-reaches-joined-cases
def carry(session: Session, case: UUID, now: datetime) -> None:
    """Update the repetitions in the cases of one person; to be called after each change of an exclusion or restriction.

    The caller has locked `case`; the other cases are locked here. A referral to an agency that is excluded now is
    withdrawn.
    """
    cases = lock_joined(session, case)
    _carry_exclusions(session, cases, now)
    _carry_restrictions(session, cases)
    settle_freezes(session, cases, now)


def _carry_exclusions(session: Session, cases: Collection[UUID], now: datetime) -> None:
    standing = exclusions.of_cases(session, cases)
    repeated = {(row.carried_from, row.case_id): row for row in standing if row.carried_from is not None}
    wanted = {
        (row.id, case): Exclusion(new_id(), case, row.kind, row.member, row.agency, carried_from=row.id)
        for row in standing
        if row.carried_from is None
        for case in cases
        if case != row.case_id
    }
    for pair in repeated.keys() - wanted.keys():
        _drop_exclusion(session, repeated[pair])
    for pair in wanted.keys() - repeated.keys():
        _add_exclusion(session, wanted[pair], now)


def _add_exclusion(session: Session, new: Exclusion, now: datetime) -> None:
    exclusions.keep(session, new)
    if new.carried_from is not None:
        session.flush()
        repeat_note(session, new.carried_from, new.case_id, new.id)
    with unlinked(session):
        record_change(session, new.case_id, [exclusions.recorded(new)])
        if new.agency is not None:
            withdraw_uncovered(session, session.get_one(Case, new.case_id), new.agency, None, now)


def _drop_exclusion(session: Session, old: Exclusion) -> None:
    exclusions.lift(session, old.case_id, old.id)
    forget_note(session, old.id)
    with unlinked(session):
        record_change(session, old.case_id, [Announcement(exclusions.LIFTED.name, {"exclusion": old.id})])


def _carry_restrictions(session: Session, cases: Collection[UUID]) -> None:
    standing = case_restrictions.of_cases(session, cases)
    repeated = {(row.carried_from, row.case_id): row for row in standing if row.carried_from is not None}
    wanted = {
        (row.id, case): CaseRestriction(new_id(), case, carried_from=row.id)
        for row in standing
        if row.carried_from is None
        for case in cases
        if case != row.case_id
    }
    for pair in repeated.keys() - wanted.keys():
        case_restrictions.lift(session, pair[1], repeated[pair].id)
        _announce_restriction(session, repeated[pair], case_restrictions.UNRESTRICTED.name)
    for pair in wanted.keys() - repeated.keys():
        case_restrictions.keep(session, wanted[pair])
        _announce_restriction(session, wanted[pair], case_restrictions.RESTRICTED.name)


def _announce_restriction(session: Session, restriction: CaseRestriction, name: str) -> None:
    with unlinked(session):
        record_change(session, restriction.case_id, [Announcement(name, {"request": restriction.id})])


def inherit(session: Session, erased: UUID, others: Collection[UUID], kept_case: UUID) -> None:
    """Turn the repetitions of a case that will be erased into the other cases' own: the person's wish stays valid.

    If the kept case is erased, each of the others is independent and keeps each exclusion as its own.
    """
    table = exclusions.exclusions
    own_ids = select(table.c.id).where(table.c.case_id == erased)
    copies = table.c.case_id.in_(others)
    if kept_case == erased:
        session.execute(update(table).where(copies).values(carried_from=None))
        return
    inherited = select(table.c.id, table.c.carried_from).where(table.c.case_id == kept_case)
    for row in session.execute(inherited.where(table.c.carried_from.in_(own_ids))).all():
        same = copies & (table.c.carried_from == row.carried_from)
        session.execute(update(table).where(same, table.c.id != row.id).values(carried_from=row.id))
        session.execute(update(table).where(table.c.id == row.id).values(carried_from=None))
