"""Create sandboxes with a key, and put fictitious events into their streams."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency import actions as agencies
from services.partners.agencies.agency.schemas import RegisterAgency
from services.partners.agencies.key import actions as keys
from services.partners.agencies.key.schemas import MakeKey
from services.partners.overview.sandbox import rules
from services.partners.overview.sandbox.schemas import MakeSandbox, PlayCases
from services.partners.streams.stream.actions import telling
from services.partners.streams.subscription import actions as subscriptions
from shared.access.permissions import check_own, existing
from shared.access.tokens import Principal
from shared.casework import dates
from shared.events.envelope import new_id
from shared.http import Reply


def make(session: Session, command: MakeSandbox, now: datetime, *, by: Principal) -> Reply:
    """Create an agency that receives only fictitious people; its key is shown only in this response.

    The key is for reading, reporting and administration. The agency's stream has a fictitious case. Raises
    `FactRefused`.
    """
    entry = RegisterAgency(name=rules.NAME, type="NGO", country=command.country, takes_referrals=False)
    agency, _version = agencies.register(session, entry, now, by=by)
    subscriptions.open_sandbox(session, agency, now, by=by)
    key = keys.make(
        session, agency, MakeKey(purpose="testing", scopes=["reading", "reporting", "administering"]), by=by
    )
    events = play(session, agency, now, by=by)
    return Reply({"events": events}, status=201, created=agency, once={"key": key.text})


def play_fictitious_cases(
    session: Session, agency: UUID, command: PlayCases, now: datetime, *, by: Principal
) -> dict[str, int]:
    """Have a sandbox told of more people who do not exist, each from first contact to identification.

    Raises `NotFound`, `StepForbidden`.
    """
    return {"events": sum(play(session, agency, now, by=by) for _ in range(command.people))}


def play(session: Session, agency: UUID, now: datetime, *, by: Principal) -> int:
    """Append the events of a fictitious person's case to a sandbox's stream; return their number.

    Raises `NotFound`, `StepForbidden`.
    """
    check_own(by, agency)
    asked = existing(subscriptions.find(session, agency))
    rules.check_is_one(is_sandbox=asked.is_sandbox)
    nobody, path = new_id(), list(rules.path_of_nobody(agency, dates.today(now, None), iter(new_id, None)))
    for event in path:
        telling.tell_fictitious(session, agency, nobody, event.source, event.name, event.version, event.data)
    return len(path)
