"""Create, rotate, revoke and list keys of agencies, and find the agency of a presented key.

Creating or ending a key locks the agency's row in the register.
"""

import hmac
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, defer

from services.partners.agencies.agency.actions.locking import lock, record_of
from services.partners.agencies.agency.models import Entry
from services.partners.agencies.key import rules
from services.partners.agencies.key.models import KeyRecord
from services.partners.agencies.key.rules import Key
from services.partners.agencies.key.schemas import ListedKey, MakeKey, OwnAgency, RotateKey
from shared.access import agencies, agency_keys, views
from shared.access.agency_keys import Presented
from shared.access.permissions import NotFound, existing
from shared.access.tokens import AGENCIES, Principal, TokenRefused
from shared.access.views import Shown
from shared.events.envelope import new_id
from shared.http import Reply
from shared.store.measuring import Measure
from shared.telemetry import metrics

_DECIDES: Final = ("id", "agency", "made_at", "until", "successor", "revoked_at")
#: A metric counts keys that end within this time, early enough to replace them.
_ENDING: Final = timedelta(days=14)
MEASURES: Final = (
    Measure(
        metrics.agency_keys_ending,
        select(func.count()).where(
            KeyRecord.until.between(func.now(), func.now() + _ENDING),
            KeyRecord.revoked_at.is_(None),
            KeyRecord.successor.is_(None),
        ),
    ),
)
#: The number of rows that are read at a time.
_AT_ONCE: Final = 500
#: Compared if no key has the presented id, so that an unknown key takes as long as a known one.
_NOBODYS: Final = bytes(32)


class Made(NamedTuple):
    """A key that was just created. Its text exists only here."""

    id: UUID
    text: str
    until: datetime


class Reader(NamedTuple):
    """The agency whose key can read its streams, and the networks where the key is valid; empty: everywhere."""

    agency: UUID
    networks: tuple[str, ...]


def make(session: Session, agency: UUID, command: MakeKey, *, by: Principal) -> Made:
    """Store a key for an agency. Raises `NotFound`, `StepForbidden`, `FactRefused`."""
    state, now = lock(session, agency), datetime.now(UTC)
    networks = rules.read_networks(command.networks)
    lasting = timedelta(days=command.days)
    return _add(session, agency, state, command.purpose, command.scopes, networks, lasting, now, by=by)


def rotate(session: Session, agency: UUID, key: UUID, command: RotateKey, *, by: Principal) -> Reply:
    """Create a successor for a key; the old key stays valid during the overlap, in days.

    The successor has the settings of the old key. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    state, now = lock(session, agency), datetime.now(UTC)
    row = record_of(session, KeyRecord, agency, key)
    rules.check_rotation(_read(row), now)
    lasting, networks = row.until - row.made_at, tuple(row.networks)
    successor = _add(session, agency, state, row.purpose, row.scopes, networks, lasting, now, by=by)
    row.until = rules.overlap_end(_read(row), command.overlap_days, now)
    row.successor = successor.id
    shown = {"id": successor.id, "until": successor.until}
    return Reply(shown, about=successor.id, once={"key": successor.text})


def revoke(session: Session, agency: UUID, key: UUID) -> None:
    """Revoke a key; one that is already invalid stays unchanged.

    Raises `NotFound`.
    """
    lock(session, agency)
    row, now = record_of(session, KeyRecord, agency, key), datetime.now(UTC)
    if rules.counts(_read(row), now):
        row.revoked_at = now


def keys_of_agency(
    session: Session, agency: UUID, state: str | None, after: UUID | None, limit: int, *, by: Principal
) -> Shown:
    """List an agency's keys, with their permissions, expiry and the last day of use.

    Raises `NotFound` for an agency that is not in the register.
    """
    existing(session.get(Entry, agency))
    return _page(session, agency, state, after, limit, to=by)


def find_keys(session: Session, state: str | None, after: UUID | None, limit: int, *, by: Principal) -> Shown:
    """List the keys of all agencies, for example those that expire soon or are unused."""
    return _page(session, None, state, after, limit, to=by)


def _page(
    session: Session, agency: UUID | None, state: str | None, after: UUID | None, limit: int, *, to: Principal
) -> Shown:
    """Return keys in the order of their creation, after `after`: of all agencies, or of one."""
    now = datetime.now(UTC)
    # The state depends on the time, so the filter runs here. Rows are short, and few keys are older than a year.
    shown = (_shown(row, now, to=to) for row in _walk(session, agency, after))
    keys = list(islice((key for key in shown if state in (None, key["state"])), limit))
    return {"keys": keys, "next": str(keys[-1]["id"]) if len(keys) == limit else None}


def _walk(session: Session, agency: UUID | None, after: UUID | None) -> Iterator[KeyRecord]:
    """Iterate over the keys of all agencies, or of one, starting after `after`, in batches."""
    rows = select(KeyRecord).options(defer(KeyRecord.digest)).order_by(KeyRecord.id).limit(_AT_ONCE)
    rows = rows if agency is None else rows.where(KeyRecord.agency == agency)
    while True:
        some = session.scalars(rows if after is None else rows.where(KeyRecord.id > after)).all()
        yield from some
        if len(some) < _AT_ONCE:
            return
        after = some[-1].id


def shown(session: Session, agency: UUID, key: UUID, *, by: Principal) -> Shown:
    """Show an agency's key: its permissions, expiry and the last day of use.

    Raises `NotFound`.
    """
    return _shown(record_of(session, KeyRecord, agency, key), datetime.now(UTC), to=by)


def own(session: Session, *, by: Principal) -> Reply:
    """Show the calling agency, and the permissions and expiry of the key that it uses.

    Raises `NotFound`.
    """
    row = session.get(KeyRecord, UUID(by.subject), options=[defer(KeyRecord.digest)])
    entry, standing = (None, None) if row is None else _entry(session, row.agency)
    if row is None or entry is None or standing is None:
        raise NotFound
    agency = {name: getattr(standing, name) for name in ("id", "type", "country", "state")}
    key_state = rules.state_of(_read(row), datetime.now(UTC))
    own_agency = views.shown(row, OwnAgency, name=entry.name, key=row.id, key_state=key_state, **agency)
    return Reply(own_agency, about=by.agency)


def caller(session: Session, presented: Presented, address: rules.Address | None, now: datetime) -> Principal:
    """Return the principal of a presented key, and store the day of its use. Raises `TokenRefused`."""
    table = agencies.agencies
    query = select(KeyRecord, table.c.state).outerjoin(table, table.c.id == KeyRecord.agency)
    match = session.execute(query.where(KeyRecord.id == presented.id)).one_or_none()
    stored = _NOBODYS if match is None else match.KeyRecord.digest
    if not hmac.compare_digest(stored, presented.digest) or match is None:
        raise TokenRefused("key_is_unknown")
    row: KeyRecord = match.KeyRecord
    refused = rules.why_refused(_read(row), match.state, address, now)
    if refused is not None:
        raise TokenRefused(refused)
    _note_use(session, row, now)
    return Principal(str(row.id), rules.roles_of(row.scopes), AGENCIES, int(now.timestamp()), row.agency)


def reader(session: Session, key: UUID, now: datetime, *, presented: Presented | None = None) -> Reader | None:
    """Return the agency whose streams a key can read, and from which networks; None if it can read none.

    With `presented`, the presented key must match too. The broker checks in two steps: first the key, then the address
    from which it is used.
    """
    table = agencies.agencies
    query = select(KeyRecord, table.c.state).outerjoin(table, table.c.id == KeyRecord.agency)
    match = session.execute(query.where(KeyRecord.id == key)).one_or_none()
    stored = _NOBODYS if match is None else match.KeyRecord.digest
    is_it = presented is None or hmac.compare_digest(stored, presented.digest)
    if match is None or not is_it or rules.why_closed(_read(match.KeyRecord), match.state, now) is not None:
        return None
    row: KeyRecord = match.KeyRecord
    if rules.READING not in row.scopes:
        return None
    if presented is not None:
        _note_use(session, row, now)
    return Reader(row.agency, tuple(row.networks))


def _note_use(session: Session, row: KeyRecord, now: datetime) -> None:
    """Store the day of use once a day. If the row is locked, skip it: no request waits for that."""
    today = now.date()
    if row.last_used_on == today:
        return
    free = select(KeyRecord.id).where(KeyRecord.id == row.id).with_for_update(skip_locked=True)
    session.execute(update(KeyRecord).where(KeyRecord.id.in_(free)).values(last_used_on=today))


def _add(
    session: Session,
    agency: UUID,
    agency_state: str,
    purpose: str,
    scopes: Collection[str],
    networks: tuple[str, ...],
    lasting: timedelta,
    now: datetime,
    *,
    by: Principal,
) -> Made:
    until, key_id = now + lasting, new_id()
    maker = None if by.agency is None else _read(record_of(session, KeyRecord, agency, UUID(by.subject)))
    scopes = tuple(sorted(set(scopes)))
    key = Key(id=key_id, agency=agency, scopes=scopes, networks=networks, made_at=now, until=until)
    rules.check_new(key, _all(session, agency), agency_state, maker, now)
    text = agency_keys.make(key_id)
    who = UUID(by.subject)
    record = KeyRecord(
        id=key_id,
        agency=agency,
        digest=agency_keys.digest(text),
        purpose=purpose,
        scopes=list(scopes),
        networks=list(networks),
        made_by=who if maker is None else None,
        made_with=None if maker is None else who,
        made_at=now,
        until=until,
    )
    session.add(record)
    return Made(key_id, text, until)


def _all(session: Session, agency: UUID) -> list[Key]:
    return [_read(row) for row in _walk(session, agency, None)]


def _shown(row: KeyRecord, now: datetime, *, to: Principal) -> Shown:
    # Agencies never see staff ids: two agencies that compare them must not find the same person.
    made_by = row.made_by if to.agency is None else None
    return views.shown(row, ListedKey, state=rules.state_of(_read(row), now), made_by=made_by)


def _entry(session: Session, agency: UUID) -> tuple[Entry | None, agencies.Agency | None]:
    return session.get(Entry, agency), agencies.find(session, agency)


def _read(row: KeyRecord) -> Key:
    decides: Shown = {name: getattr(row, name) for name in _DECIDES}
    return Key(scopes=tuple(row.scopes), networks=tuple(row.networks), **decides)
