"""Record reasons to see a person's former details, and check them before details are shown or found."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.case.models import bump
from services.intake.facts.identity import rules
from services.intake.facts.identity.models import FormerDetailsReason, FormerNameSearch
from services.intake.facts.identity.schemas import SearchFormerNames, SeeFormerDetails
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.events.envelope import Announcement, new_id


def give_reason(session: Session, case: UUID, command: SeeFormerDetails, now: datetime, *, by: Principal) -> UUID:
    """Put on record why the caller has to see the person's former names and genders: for a day from now on.

    Return its id.
    """
    reason = FormerDetailsReason(
        id=new_id(),
        case_id=case,
        member=UUID(by.subject),
        reason=command.reason,
        given_at=now,
        until=now + rules.SHOWN_FOR,
    )
    session.add(reason)
    bump(session, case)
    return reason.id


def give_reason_to_search(session: Session, command: SearchFormerNames, now: datetime, *, by: Principal) -> Shown:
    """Put on record why the caller's searches have to find former names too: for an hour from now on."""
    until = now + rules.SEARCHED_FOR
    session.merge(FormerNameSearch(member=UUID(by.subject), reason=command.reason, until=until))
    return {"until": until}


def may_see(session: Session, case: UUID, now: datetime, *, by: Principal) -> bool:
    """Return whether the caller has a reason on record to see the former details of a case."""
    given = select(FormerDetailsReason.until).where(
        FormerDetailsReason.case_id == case, FormerDetailsReason.member == UUID(by.subject)
    )
    latest = session.scalars(given.order_by(FormerDetailsReason.until.desc()).limit(1)).first()
    return rules.stands(latest, now)


def may_search(session: Session, now: datetime, *, by: Principal) -> bool:
    """Return whether the caller has a reason on record to find their cases by former names too."""
    search = session.get(FormerNameSearch, UUID(by.subject))
    return search is not None and rules.stands(search.until, now)


def changed(details: Iterable[str]) -> list[Announcement]:
    """Return the event that publishes which details changed; none if none did."""
    names = sorted(details)
    return [Announcement("details.changed", {"changed": names})] if names else []
