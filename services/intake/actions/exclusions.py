"""A person's exclusions, effective at once and at every service, whatever other access there is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.consents import withdraw_consent
from services.intake.actions.referrals import withdraw_uncovered
from services.intake.actions.team import remove_member
from services.intake.actions.today import local_today
from services.intake.models import Case, TeamMember, bump, standing_consents
from shared.access import exclusions
from shared.access.exclusions import Exclusion
from shared.access.permissions import NotFound
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record


def exclude(session: Session, now: datetime, case: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record whom the person does not want; return its id and the case's new version.

    A member of staff leaves the team; an agency's consents and referrals are withdrawn.

    Raises `FactRefused`.
    """
    member, agency = body["member"], body["agency"]
    standing = [exclusion.member or exclusion.agency for exclusion in exclusions.of_case(session, case)]
    rules.exclusion(body["kind"], member, agency, standing)
    new = Exclusion(new_id(), case, body["kind"], member, agency)
    exclusions.keep(session, new)
    payload = {"exclusion": new.id, "kind": new.kind, "member": member, "agency": agency}
    record(session, case, [Announcement("exclusion.recorded", payload)])
    version = bump(session, case)
    if member is not None and session.get(TeamMember, (case, member)) is not None:
        version = remove_member(session, case, member)
    if agency is not None:
        version = _end_consents(session, now, case, agency) or version
    return new.id, version


def _end_consents(session: Session, now: datetime, case: UUID, agency: str) -> int | None:
    excluding = session.get_one(Case, case)
    today, version = local_today(excluding.jurisdiction, now), None
    for consent in standing_consents(session, case, today):
        if consent.agency == agency:
            version = withdraw_consent(session, now, case, consent.id, erase_requested=False)
    # Referrals made without consent are withdrawn too.
    return withdraw_uncovered(session, now, excluding, agency) or version


def lift_exclusion(session: Session, case: UUID, exclusion: UUID) -> int:
    """Record that the person lifted an exclusion; this does not restore anybody to the team. Raises `NotFound`."""
    if not exclusions.lift(session, case, exclusion):
        raise NotFound
    record(session, case, [Announcement("exclusion.lifted", {"exclusion": exclusion})])
    return bump(session, case)
