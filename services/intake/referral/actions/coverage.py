"""Record a consent or propose a sharing, and send the referrals that waited for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.case.models import Case
from services.intake.consent import actions as consents
from services.intake.consent.schemas import RecordConsent
from services.intake.referral.actions.settling import release
from services.intake.sharing import actions as sharings
from services.intake.sharing.schemas import ProposeSharing
from shared.access.tokens import Principal
from shared.http import Created


def record_consent(session: Session, case_id: UUID, command: RecordConsent, now: datetime, *, by: Principal) -> Created:
    """Record a consent, and send the referrals that waited for it.

    Raises `FactRefused`, `StepForbidden`.
    """
    recorded = consents.record_consent(session, case_id, command, now, by=by)
    version = release(session, session.get_one(Case, case_id), command.agency, now)
    return recorded._replace(version=version or recorded.version)


def propose_sharing(
    session: Session, case_id: UUID, command: ProposeSharing, now: datetime, *, by: Principal
) -> Created:
    """Propose to share something without the person's consent; where a life is in danger it is shared at once.

    A sharing that begins at once sends the referrals that waited for it. Raises as the proposal does.
    """
    proposed = sharings.propose_sharing(session, case_id, command, now, by=by)
    version = release(session, session.get_one(Case, case_id), command.agency, now)
    return proposed._replace(version=version or proposed.version)
