"""Create sandboxes with a subscription and a key. Their agreements and cases are recorded as for any agency."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency import actions as agencies
from services.partners.agencies.agency.schemas import RegisterAgency
from services.partners.agencies.key import actions as keys
from services.partners.agencies.key.schemas import MakeKey
from services.partners.overview.sandbox import rules
from services.partners.overview.sandbox.schemas import MakeSandbox, PlayCases
from services.partners.streams.subscription import actions as subscriptions
from services.partners.streams.subscription.models import Subscription
from shared.access.permissions import check_own, existing
from shared.access.staff import SECOND_PERSON
from shared.access.tokens import Principal
from shared.http import Reply


def make(session: Session, command: MakeSandbox, now: datetime, *, by: Principal) -> Reply:
    """Create an agency for the developers of an agency; its key is shown only in this response.

    The key is for reading, reporting and administration. Like any agency, it receives nothing before an agreement is in
    force. Raises `StepForbidden` in production, and `FactRefused`.
    """
    rules.check_for_training(is_production=bool(SECOND_PERSON.find(session)))
    entry = RegisterAgency(name=rules.NAME, type="NGO", country=command.country, takes_referrals=True)
    agency, _version = agencies.register(session, entry, now, by=by)
    subscriptions.open_sandbox(session, agency, now, by=by)
    key = keys.make(
        session, agency, MakeKey(purpose="testing", scopes=["reading", "reporting", "administering"]), by=by
    )
    return Reply({"events": 0}, status=201, created=agency, once={"key": key.text})


def play_fictitious_cases(
    session: Session,
    agency: UUID,
    command: PlayCases,  # noqa: ARG001  # the route still checks its body
    *,
    by: Principal,
) -> dict[str, int]:
    """Refuse to write events that no service recorded. Raises `NotFound`, `StepForbidden`."""
    check_own(by, agency)
    rules.check_is_one(is_sandbox=existing(session.get(Subscription, agency)).is_sandbox)
    raise rules.played_by_staff()
