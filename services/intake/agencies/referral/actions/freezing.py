"""Freeze sharing while a person is missing; afterwards resume it, and send the referrals that waited."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.referral import rules
from services.intake.agencies.referral.actions.settling import release
from services.intake.agencies.referral.models import Referral
from services.intake.facts.case.actions import lock_joined
from services.intake.facts.case.models import Case
from services.intake.facts.safe_contact import actions as absences
from services.intake.facts.safe_contact.events import DECLARED, ENDED
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Reaction
from shared.exchange.unlinked import unlinked


def settle_freezes(session: Session, cases: Iterable[UUID], now: datetime) -> None:
    """Announce for a person's cases, each locked, that sharing is frozen or resumed; send the referrals that waited.

    These events are not linked to each other, because a link would reveal the cases of one person.
    """
    for case_id in cases:
        frozen = absences.is_missing(session, case_id)
        with unlinked(session):
            if absences.settle(session, case_id, frozen=frozen) and not frozen:
                _release_held(session, session.get_one(Case, case_id), now)


def _release_held(session: Session, case: Case, now: datetime) -> None:
    waiting = (Referral.case_id == case.id, Referral.state == rules.HELD, Referral.held_because == rules.MISSING)
    for agency in sorted(set(session.scalars(select(Referral.agency).where(*waiting)))):
        release(session, case, agency, now)


def follow_absence(session: Session, received: Received) -> None:
    """Freeze the sharing of a missing person in all their cases; resume it when they are found."""
    case = received.subject
    if session.get(Case, case) is None:
        return
    settle_freezes(session, lock_joined(session, case), time_source.now(session))


REACTIONS: Final = (
    Reaction("freeze_sharing", DECLARED, follow_absence, ahead=True),
    Reaction("resume_sharing", ENDED, follow_absence),
)
