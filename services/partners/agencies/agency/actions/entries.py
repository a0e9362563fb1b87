"""Register, change, suspend, resume, end and list agencies, and register those that the law names.

The codes that every service knows of an agency are in `shared.access.agencies`. An `Entry` has what only the register
knows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.partners.agencies.agency import rules
from services.partners.agencies.agency.actions import generations
from services.partners.agencies.agency.actions.locking import locked
from services.partners.agencies.agency.events import ENDINGS, REVOCATIONS, STAFF
from services.partners.agencies.agency.models import NAME_WORDS, SIMPLE, Entry
from services.partners.agencies.agency.schemas import FILTERS, ChangeAgency, ListedAgency, RegisterAgency, StandAside
from shared import encryption
from shared.access import agencies, endings, revocations, staff
from shared.access.agencies import Agency
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.casework.refusals import StepForbidden
from shared.encryption import Cell
from shared.events.contract import Emits, Read, Received
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import ORIGIN, Origin, record
from shared.exchange.follower import Projection, ReadModelTable
from shared.reference import JURISDICTIONS, profile
from shared.store.database import Database
from shared.store.loop import Loop

#: The fields of an agency, each with its own type.
Fields: TypeAlias = dict[str, Any]
#: The fields that each service stores as codes. An event publishes them, so they are written out.
_CODED: Final = ("type", "country", "regions", "authority", "first_responder", "takes_referrals")
#: The listed fields that only the register stores.
_OWN: Final = tuple(name for name in ListedAgency().fields if name in Entry.__table__.c and name != "id")
_RETRY_SECONDS: Final = 5.0


def register(session: Session, command: RegisterAgency, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Register an agency.

    Return its id and version. Raises `FactRefused`, and `StepForbidden` for an existing id. An import of a sheet states
    the ids, so that a repeated import refers to the same agencies.
    """
    agency = command.id or new_id()
    fields = command.stored()
    _check(fields)
    # The service itself registers agencies that the law names, perhaps a moment later.
    if is_named_by_law(agency) or not _add(session, agency, fields, now, by=UUID(by.subject)):
        raise StepForbidden(
            "is_registered", "An agency with this id is already in the register. Read it, and change that entry."
        )
    return agency, 1


def change(
    session: Session,
    agency: UUID,
    command: ChangeAgency,
    matches: Callable[[int], None],
) -> int:
    """Change an agency's entry in the register. Omitted fields stay unchanged.

    Return its version. `matches` raises for a version that the caller has not read. Raises `NotFound`, `FactRefused`,
    `StepForbidden`.
    """
    entry, standing = locked(session, agency)
    matches(entry.version)
    before = _fields(entry, standing)
    after = {**before, **{name: value for name, value in command.changes.items() if name != "contact"}}
    _check(after)
    if is_named_by_law(agency):
        rules.check_kept(before, after)
    if "contact" in command.changes:
        entry.contact = _sealed(session, agency, command.changes["contact"])
    for name in _OWN:
        setattr(entry, name, after[name])
    entry.version += 1
    if _coded(before) != _coded(after):
        changed = _agency(agency, after, standing.state)
        agencies.keep(session, changed)
        record(session, agency, [Announcement(agencies.CHANGED.name, _payload(changed))])
    return entry.version


def suspend(session: Session, agency: UUID, command: StandAside, now: datetime) -> int:
    """Suspend an agency: no new referrals are made to it.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    return _become(session, agency, rules.SUSPENDED, command.reason, now)


def resume(session: Session, agency: UUID, now: datetime, matches: Callable[[int], None]) -> int:
    """Resume a suspended agency. The caller must have read the current version, which states why it is suspended.

    Return its version. `matches` as in `change`. Raises `NotFound`, `StepForbidden`.
    """
    matches(locked(session, agency)[0].version)
    return _become(session, agency, rules.ACTIVE, None, now)


def end(session: Session, agency: UUID, command: StandAside, now: datetime) -> int:
    """End an agency's participation.

    Return its version. Raises `NotFound`, `StepForbidden`.
    """
    return _become(session, agency, rules.ENDED, command.reason, now)


_EVENTS: Final = {
    rules.SUSPENDED: agencies.SUSPENDED_EVENT.name,
    rules.ACTIVE: agencies.RESUMED_EVENT.name,
    rules.ENDED: agencies.ENDED_EVENT.name,
}


def _become(session: Session, agency: UUID, state: str, reason: str | None, now: datetime) -> int:
    entry, standing = locked(session, agency)
    rules.check_state(standing.state, state, named_by_law=is_named_by_law(agency))
    entry.reason, entry.since = reason, now
    entry.version += 1
    agencies.set_state(session, agency, state)
    if state != rules.ACTIVE:
        generations.raise_for(session, [agency])
    record(session, agency, [Announcement(_EVENTS[state], {"agency": agency})])
    return entry.version


def shown(session: Session, agency: UUID) -> tuple[Fields, int]:
    """Return everything that the register stores about an agency, and its version. Raises `NotFound`."""
    entry, standing = existing(session.get(Entry, agency)), existing(agencies.find(session, agency))
    contact = None
    if entry.contact is not None:
        contact = encryption.of(session).unseal(agency, _cell(agency), entry.contact)
    own = {"contact": contact, "reason": entry.reason, "since": entry.since}
    whole = {"id": agency, "state": standing.state, **_fields(entry, standing), **own}
    return {**whole, "named_by_law": is_named_by_law(agency)}, entry.version


def find_agencies(session: Session, query: Mapping[str, str], after: UUID | None, limit: int) -> Fields:
    """List the agencies of the register by kind and service.

    They are in the order of their ids, after `after`.
    """
    table = agencies.agencies
    conditions = [_is_wanted(name, query[name]) for name, _schema, _meaning in FILTERS if name in query]
    if after is not None:
        conditions.append(Entry.id > after)
    matching = select(Entry, *table.c).join(table, table.c.id == Entry.id).where(*conditions).order_by(Entry.id)
    rows = session.execute(matching.limit(limit)).all()
    listed = [
        {name: getattr(row.Entry, name) for name in ("id", *_OWN)}
        | {name: getattr(row, name) for name in (*_CODED, "state")}
        for row in rows
    ]
    return {"agencies": listed, "next": str(rows[-1].Entry.id) if len(rows) == limit else None}


def _is_wanted(name: str, value: str) -> ColumnElement[bool]:
    table = agencies.agencies
    if name == "name":
        # The same expression as in the model's index, so that PostgreSQL uses the index.
        return NAME_WORDS.op("@@")(func.to_tsquery(SIMPLE, rules.name_query(value)))
    if name == "region":
        country = value.partition("-")[0]
        everywhere = (table.c.country == country) & (table.c.regions == [])
        return or_(table.c.regions.contains([value]), everywhere)
    if name == "function":
        return or_(table.c.authority == value, table.c.first_responder == value, Entry.duties.contains([value]))
    if name in ("language", "service"):
        return (Entry.languages if name == "language" else Entry.services).contains([value])
    column: ColumnElement[str] = table.c[name]
    return column == value


def is_named_by_law(agency: UUID) -> bool:
    """Return whether the law names an agency, by the id that is derived from its code."""
    return agency in agencies.authorities() or agency in _NAMED_FIRST_RESPONDERS


_NAMED_FIRST_RESPONDERS: Final = frozenset(agencies.id_of_first_responder(code) for code in rules.FIRST_RESPONDERS)


def register_named_by_law(database: Database, emits: Emits) -> int:
    """Register missing agencies that the law names; return how many were new. Each replica may do so at any time."""
    registered = 0
    with database.transaction(ORIGIN.holding(Origin(emits))) as session:
        for agency, fields in named_by_law():
            registered += _add(session, agency, fields, datetime.now(UTC), by=None)
    return registered


def named_by_law() -> Iterator[tuple[UUID, Fields]]:
    """Iterate over the ids and fields of all profiles' authorities, and of the first responders that the law lists."""
    empty: Fields = {"languages": [], "services": [], "contact": None}
    names = {code: authority.name for law in JURISDICTIONS for code, authority in profile(law).authorities.items()}
    for agency, standing in agencies.authorities().items():
        code = str(standing.authority)
        duties = sorted({code} & rules.duties_of(standing.country))
        coded = {name: getattr(standing, name) for name in _CODED}
        yield agency, {**empty, **coded, "name": names[code], "duties": duties}
    for code, body in rules.FIRST_RESPONDERS.items():
        country = rules.country_of(code)
        if country is None:
            continue
        yield (
            agencies.id_of_first_responder(code),
            {
                **empty,
                **asdict(body),
                "country": country,
                "authority": None,
                "first_responder": code,
                "takes_referrals": True,
                "duties": sorted({code} & rules.duties_of(country)),
            },
        )


class NamedByLaw(Loop):
    """Registers missing agencies that the law names once after the start, because a release may add some."""

    def __init__(self, database: Database, emits: Emits) -> None:
        """Store the database. If it is unavailable, the loop tries again."""
        super().__init__(self._register, retry=_RETRY_SECONDS, passing=(SQLAlchemyError,))
        self._database, self._emits = database, emits

    def _register(self) -> None:
        register_named_by_law(self._database, self._emits)
        self.wait()


def _add(session: Session, agency: UUID, fields: Fields, now: datetime, *, by: UUID | None) -> bool:
    """Store and publish an agency; return whether it is new."""
    own = {name: list(fields[name]) if name != "name" else fields[name] for name in _OWN}
    entry = {**own, "contact": _sealed(session, agency, fields["contact"]), "reason": None, "since": now}
    entry |= {"id": agency, "version": 1, "registered_by": by, "registered_at": now}
    new = insert(Entry).values(**entry).on_conflict_do_nothing(index_elements=["id"]).returning(Entry.id)
    if session.execute(new).scalar_one_or_none() is None:
        return False
    standing = _agency(agency, fields, rules.ACTIVE)
    agencies.keep(session, standing)
    record(session, agency, [Announcement(agencies.REGISTERED.name, _payload(standing))])
    return True


def _check(fields: Fields) -> None:
    rules.check_place(fields["country"], fields["regions"])
    rules.check_functions(fields["country"], fields["authority"], fields["first_responder"], fields["duties"])


def _fields(entry: Entry, standing: Agency) -> Fields:
    coded = {name: getattr(standing, name) for name in _CODED} | {"regions": list(standing.regions)}
    return {name: getattr(entry, name) for name in _OWN} | coded


def _coded(fields: Fields) -> Fields:
    return {name: fields[name] for name in _CODED}


def _agency(agency: UUID, fields: Fields, state: str) -> Agency:
    return Agency(**{"id": agency, **_coded(fields), "regions": tuple(fields["regions"]), "state": state})


def _payload(standing: Agency) -> Fields:
    return {
        "agency": standing.id,
        **{name: getattr(standing, name) for name in _CODED},
        "regions": list(standing.regions),
    }


def _sealed(session: Session, agency: UUID, contact: str | None) -> bytes | None:
    return None if contact is None else encryption.of(session).seal(agency, _cell(agency), contact)


def _cell(agency: UUID) -> Cell:
    return Cell(Entry.__tablename__, "contact", agency)


def _copied(
    name: str,
    reads: Iterable[Read],
    project: Callable[[Session, Sequence[Received]], None],
    table: str,
    subject: str = "member",
) -> Projection:
    return Projection(name, frozenset(read.key for read in reads), project, (ReadModelTable(table, subject),))


PROJECTIONS: Final = (
    _copied("revocations", REVOCATIONS, revocations.project, "revoked_access"),
    _copied("endings", ENDINGS, endings.project, "ended_access"),
    _copied("staff", STAFF, staff.project, "staff", "id"),
)
