"""Safe contact: how the person agreed to be reached, and every outgoing contact, checked against that."""

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
from shared import encryption
from shared.encryption import Cell
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record

#: How many of the latest contact attempts are shown.
LATEST: Final = 20
#: The alert that an unsafe contact raises.
UNSAFE_CONTACT: Final = {"danger_type": "unsafe_contact", "urgency": "immediate"}


def agree(session: Session, case: UUID, body: dict[str, Any]) -> int:
    """Record what the person agreed to, in place of what they agreed to before. Raises `FactRefused`."""
    safe_contact.agreed(body)
    safe_contact.words_for(body)
    row = session.get(SafeContactAgreement, case) or SafeContactAgreement(case_id=case)
    row.agreement = encryption.of(session).seal(case, _place(case), json.dumps(body, default=time.isoformat))
    session.add(row)
    version = bump(session, case)
    state = "some_way_is_safe" if body["channels"] else "no_way_is_safe"
    record(session, case, [Announcement("safe_contact.changed", {"state": state})])
    return version


def agreement(session: Session, case: UUID) -> dict[str, Any] | None:
    """Return all that the person agreed to, or None if nothing is recorded."""
    row = session.get(SafeContactAgreement, case)
    if row is None:
        return None
    agreed: dict[str, Any] = json.loads(encryption.of(session).unseal(case, _place(case), row.agreement))
    return agreed


def may_contact_now(session: Session, now: datetime, case: UUID) -> dict[str, Any]:
    """Return in which ways the person may be contacted now, and for every other way the next safe time."""
    agreed = agreement(session, case)
    if agreed is None:
        return {"id": case, "safe_contact": {"recorded": False, "ways": []}}
    return {"id": case, "safe_contact": {"recorded": True, **safe_contact.now(_read(agreed), agreed, now)}}


def attempts(session: Session, case: UUID, *, most: int | None = LATEST) -> list[dict[str, Any]]:
    """Return the latest contact attempts, the last first, at most `most` (None: all)."""
    latest = select(ContactAttempt).where(ContactAttempt.case_id == case).order_by(ContactAttempt.id.desc())
    return [
        {
            "id": contact_attempt.id,
            "channel": contact_attempt.channel,
            "at": contact_attempt.at,
            "outcome": contact_attempt.outcome,
            "made_by": contact_attempt.made_by,
        }
        for contact_attempt in session.execute(latest.limit(most)).scalars()
    ]


def attempt(session: Session, now: datetime, case: UUID, made_by: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record an outgoing contact. Raises `StepForbidden` for one that is not safe, with what to do instead.

    An unsafe contact that has already happened is recorded as a fact, and support is alerted to the danger.
    """
    at = body["at"] or now
    agreed = agreement(session, case)
    safe_contact.attempted(body["channel"], body["outcome"], at, now)
    unsafe = body["outcome"] == safe_contact.UNSAFE
    if not unsafe:
        safe_contact.contact(None if agreed is None else _read(agreed), body["channel"], at)
    contact_attempt = ContactAttempt(
        case_id=case, channel=body["channel"], at=at, outcome=body["outcome"], made_by=made_by
    )
    session.add(contact_attempt)
    version = bump(session, case)
    if unsafe:
        _, version = flag_danger(session, case, dict(UNSAFE_CONTACT))
    return contact_attempt.id, version


def _read(agreed: dict[str, Any]) -> SafeContact:
    windows = [
        {**window, "begins": time.fromisoformat(window["begins"]), "ends": time.fromisoformat(window["ends"])}
        for window in agreed["windows"]
    ]
    return safe_contact.agreed({**agreed, "windows": windows})


def _place(case: UUID) -> Cell:
    return Cell("safe_contacts", "agreement", case)
