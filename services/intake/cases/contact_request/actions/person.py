"""Actions of the person: ask to be contacted, read the state of the request, change it, and withdraw it."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final
from uuid import uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.cases.contact_request import rules
from services.intake.cases.contact_request.actions import keeping
from services.intake.cases.contact_request.models import ContactRequest
from services.intake.cases.contact_request.schemas import ChangeContact, RequestContact
from services.intake.facts.detection import rules as return_codes
from services.intake.facts.safe_contact.rules import check_words
from shared import encryption
from shared.access.agencies import CONTACTED
from shared.casework.refusals import FactRefused
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.exchange import tombstones

#: Fields that are stored outside the sealed document.
_PLAIN: Final = ("jurisdiction", "language", "way")
_PLAIN_CHANGED: Final = ("code", "way")


def request_contact(session: Session, command: RequestContact, now: datetime, key: bytes) -> str:
    """Store a request, and return its return code. Raises `FactRefused` and `ListIsFull`.

    A form that is sent twice is one request with one code. The form of an erased request is refused, so that a browser
    that sends its page again does not restore the request.
    """
    agency = (CONTACTED.find(session) or {}).get(command.jurisdiction)
    rules.check_read(agency)
    assert agency is not None  # noqa: S101 - the rule checked it
    _check(command.stored())
    code = return_codes.return_code(_random(command, key))
    fingerprint = return_codes.fingerprint(return_codes.read_code(code), key)
    sent_before = select(ContactRequest.id).where(ContactRequest.fingerprint == fingerprint)
    if session.scalars(sent_before).first() is not None:
        return code
    request = new_id() if command.form is None else uuid5(command.form, "contact request")
    # control: H-PUBLIC-1 withdrawn-stays-withdrawn
    if tombstones.among(session, [request]):
        raise _unknown()
    waiting = session.scalars(keeping.waiting_at(agency)).one()
    rules.check_room(waiting)
    row = ContactRequest(
        id=request,
        version=0,
        fingerprint=fingerprint,
        agency=agency,
        received_at=now,
        waiting_since=now,
        **{name: getattr(command, name) for name in _PLAIN},
    )
    seal(session, row, {name: value for name, value in command.stored().items() if name not in (*_PLAIN, "form")})
    keeping.move(session, row, rules.RECEIVED, now)
    session.add(row)
    session.flush()
    if not waiting:
        keeping.ring(session, agency, now, now)
    return code


def state_of(session: Session, code: str, key: bytes) -> Mapping[str, object]:
    """Return the state of a request. Raises `FactRefused` for an unknown code."""
    return _shown(session, _request(session, code, key))


def change(session: Session, command: ChangeContact, now: datetime, key: bytes) -> Mapping[str, object]:
    """Change how the person is contacted. Omitted fields stay as they are. Raises `FactRefused`."""
    row = _request(session, command.code, key)
    if row.state not in rules.OPEN:
        raise _unknown()
    rules.check_contact(row.way, command.way, command.contact)
    given = {name: value for name, value in command.stored().items() if value is not None}
    changed = {**unsealed(session, row), **{name: given[name] for name in given if name not in _PLAIN_CHANGED}}
    _check(changed)
    row.way, row.changed_at, row.version = command.way or row.way, now, row.version + 1
    seal(session, row, changed)
    return _shown(session, row)


def withdraw(session: Session, code: str, now: datetime, key: bytes) -> Mapping[str, object]:
    """Withdraw a request and erase it. Raises `FactRefused` for an unknown code."""
    row = _request(session, code, key)
    keeping.erase(session, row, keeps_place=row.state in rules.HELD, now=now)
    return {"state": rules.WITHDRAWN}


def seal(session: Session, row: ContactRequest, document: Mapping[str, Any]) -> None:
    """Seal the document of the person with the key of the request."""
    text = json.dumps(document, default=time.isoformat)
    row.request = encryption.of(session).seal(row.id, _cell(row), text)


def unsealed(session: Session, row: ContactRequest) -> dict[str, Any]:
    """Return the unsealed document of the person."""
    assert row.request is not None  # noqa: S101 - callers never have a withdrawn request
    document: dict[str, Any] = json.loads(encryption.of(session).unseal(row.id, _cell(row), row.request))
    return document


def _cell(row: ContactRequest) -> Cell:
    return Cell("contact_requests", "request", row.id)


def _check(written: Mapping[str, Any]) -> None:
    rules.check_times(_time(written["begins"]), _time(written["ends"]))
    check_words(written["if_another_answers"], written["story"], written["code_word"])


def _time(written: time | str | None) -> time | None:
    return time.fromisoformat(written) if isinstance(written, str) else written


def _random(command: RequestContact, key: bytes) -> bytes:
    """Return the random bytes of a code. For a form they are always the same, and only this service can derive them."""
    if command.form is None:
        return secrets.token_bytes(return_codes.RANDOM_BYTES)
    return hmac.new(key, b"form " + command.form.bytes, hashlib.sha256).digest()[: return_codes.RANDOM_BYTES]


def _request(session: Session, code: str, key: bytes) -> ContactRequest:
    fingerprint = return_codes.fingerprint(return_codes.read_code(code), key)
    query = select(ContactRequest).where(ContactRequest.fingerprint == fingerprint).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None:
        raise _unknown()
    return row


def _unknown() -> FactRefused:
    return FactRefused("code", "code_leads_back", "This code was not found. Start again. Nothing is lost.")


def _shown(session: Session, row: ContactRequest) -> Mapping[str, object]:
    return rules.shown_to_person(row.state, may_leave_message=unsealed(session, row)["may_leave_message"])
