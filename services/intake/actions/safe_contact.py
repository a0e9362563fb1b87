"""How the person can be reached safely: what they agreed to, and every outgoing contact, which passes through it."""

import json
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions.alerts import flag_danger
from services.intake.models import ContactAttempt, SafeContactAgreement, bump
from services.intake.rules import safe_contact
from services.intake.rules.safe_contact import SafeContact
from shared import keys
from shared.envelope import Announcement
from shared.eventlog import record
from shared.keys import Place

#: So many of the latest contacts are shown.
LATEST: Final = 20
#: What is told of a contact that was unsafe: somebody looks at once.
UNSAFE_CONTACT: Final = {"danger_type": "unsafe_contact", "urgency": "immediate"}


def agree(session: Session, case: UUID, body: dict[str, Any]) -> int:
    """Record what the person agreed to, in place of what they agreed to before. Raises `FactRefused`."""
    safe_contact.agreed(body)
    safe_contact.words_for(body)
    row = session.get(SafeContactAgreement, case) or SafeContactAgreement(case_id=case)
    row.agreement = keys.of(session).seal(case, _place(case), json.dumps(body, default=time.isoformat))
    session.add(row)
    version = bump(session, case)
    state = "some_way_is_safe" if body["channels"] else "no_way_is_safe"
    record(session, case, [Announcement("safe_contact.changed", {"state": state})])
    return version


def agreement(session: Session, case: UUID) -> dict[str, Any] | None:
    """Give all that the person agreed to; None if nothing is recorded."""
    row = session.get(SafeContactAgreement, case)
    if row is None:
        return None
    found: dict[str, Any] = json.loads(keys.of(session).unseal(case, _place(case), row.agreement))
    return found


def may_contact_now(session: Session, now: datetime, case: UUID) -> dict[str, Any]:
    """Tell by which ways the person may be contacted now, and how; of the rest, when it is safe next."""
    kept = agreement(session, case)
    if kept is None:
        return {"id": case, "safe_contact": {"recorded": False, "ways": []}}
    return {"id": case, "safe_contact": {"recorded": True, **safe_contact.now(_read(kept), kept, now)}}


def attempts(session: Session, case: UUID, *, most: int | None = LATEST) -> list[dict[str, Any]]:
    """Give the latest contacts that were tried, the last first; `most`: None for all."""
    found = select(ContactAttempt).where(ContactAttempt.case_id == case).order_by(ContactAttempt.id.desc())
    return [
        {"id": each.id, "channel": each.channel, "at": each.at, "outcome": each.outcome, "made_by": each.made_by}
        for each in session.execute(found.limit(most)).scalars()
    ]


def attempt(session: Session, now: datetime, case: UUID, who: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record an outgoing contact. Raises `StepForbidden` for one that is not safe, with what to do instead.

    One that was unsafe and has happened all the same is a fact, and a danger: support is alerted.
    """
    at = body["at"] or now
    kept = agreement(session, case)
    safe_contact.attempted(body["channel"], body["outcome"], at, now)
    unsafe = body["outcome"] == safe_contact.UNSAFE
    if not unsafe:
        safe_contact.contact(None if kept is None else _read(kept), body["channel"], at)
    made = ContactAttempt(case_id=case, channel=body["channel"], at=at, outcome=body["outcome"], made_by=who)
    session.add(made)
    version = bump(session, case)
    if unsafe:
        _, version = flag_danger(session, case, dict(UNSAFE_CONTACT))
    return made.id, version


def _read(kept: dict[str, Any]) -> SafeContact:
    windows = [
        {**each, "begins": time.fromisoformat(each["begins"]), "ends": time.fromisoformat(each["ends"])}
        for each in kept["windows"]
    ]
    return safe_contact.agreed({**kept, "windows": windows})


def _place(case: UUID) -> Place:
    return Place("safe_contacts", "agreement", case)
