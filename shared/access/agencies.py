"""The register of agencies, copied to every service. It contains only codes, never names.

The id of an authority in a jurisdiction's profile is derived from its code. Existing references by code therefore
remain valid, and no service has to wait for an event about it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Boolean, Column, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared import reference
from shared.access.declarations import declare, nullable
from shared.events.audience import party
from shared.events.contract import Code, Codes, EventType, Flag, Identifier, Read, Received, Reference
from shared.reference import JURISDICTIONS, codes, profile
from shared.store.context import ContextKey
from shared.store.database import metadata

#: Namespace for the id of a profile's authority; the same in every installation.
id_of_authority = reference.id_of_authority
#: The subject kind of agency events in the envelope; they are about no case.
_KIND: Final = "agency"
#: Fields of the events that describe an agency.
_STATED: Final = ("type", "country", "authority", "first_responder", "takes_referrals")
ACTIVE, SUSPENDED, ENDED = "active", "suspended", "ended"
STATES: Final = (ACTIVE, SUSPENDED, ENDED)
#: The agency that operators choose for alerts that the case's own agency does not accept; empty if there is none.
ALERTED: ContextKey[UUID | None] = ContextKey("agency that alerts go up to")
#: The agency whose caseworkers read contact requests, by jurisdiction. Without one, a jurisdiction accepts no requests.
CONTACTED: ContextKey[Mapping[str, UUID]] = ContextKey("agencies that read requests to be contacted")

agencies = Table(
    "agencies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
    Column("country", Text, nullable=False, comment="ISO 3166-1 alpha-2"),
    Column("regions", ARRAY(Text), nullable=False, comment="ISO 3166-2; empty: all of the country"),
    Column("authority", Text, comment="its code in a profile, where the law names it"),
    Column("first_responder", Text, comment="its code among the first responders, where it is one"),
    Column("takes_referrals", Boolean, nullable=False),
    Column("state", Text, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Agency:
    """An agency as every service knows it.

    `authority` and `first_responder` are the codes under which the law names it. Its legal powers depend on them.
    """

    id: UUID
    type: str
    country: str
    regions: tuple[str, ...] = ()
    authority: str | None = None
    first_responder: str | None = None
    takes_referrals: bool = True
    state: str = ACTIVE


class UnknownAgency(LookupError):
    """The register does not contain this agency."""


_AGENCY: Final = declare(Reference(), None, "The agency, by its id in the register; also the event's subject.")


class AgencyRegistered(Schema):
    """The current state of an agency (the event's subject), as codes."""

    agency = _AGENCY
    type = declare(Code(codes("org_type")), None, "What kind of agency it is.")
    country = declare(Code(identifier=Identifier.COUNTRY), None, "Where it works.")
    regions = declare(Codes(identifier=Identifier.REGION), None, "In which regions; none: in the whole country.")
    authority = declare(nullable(Code(codes("authority"))), None, "Which authority of the law it is, if it is one.")
    first_responder = declare(
        nullable(Code(codes("first_responder"))), None, "As which first responder it is named, if it is one."
    )
    takes_referrals = declare(Flag(), None, "Whether people are referred to it.")


class AgencyNamed(Schema):
    """The agency's id (also the event's subject)."""

    agency = _AGENCY


class AgencyView(Schema):
    """The current state of an agency. A later release can add codes."""

    agency = Reference(required=True)
    type = Code(required=True)
    country = Code(required=True)
    regions = Codes(required=True)
    authority = Code(load_default=None, allow_none=True)
    first_responder = Code(load_default=None, allow_none=True)
    takes_referrals = Flag(required=True)


# control: H-AGENCY-22 own-entry-only
#: An agency receives only its own entry: nobody outside needs to learn that a shelter opened, and in which region.
_TO_ITSELF: Final = party("agency")
REGISTERED = EventType(
    "agency.registered",
    AgencyRegistered,
    "agency",
    "An agency is in the register from now on.",
    classification=_KIND,
    audience=_TO_ITSELF,
)
CHANGED = EventType(
    "agency.changed",
    AgencyRegistered,
    "agency",
    "What the register says of an agency changed.",
    classification=_KIND,
    audience=_TO_ITSELF,
)
SUSPENDED_EVENT = EventType(
    "agency.suspended",
    AgencyNamed,
    "agency",
    "An agency takes no part for now: nobody is newly referred to it.",
    classification=_KIND,
    protects=True,
    audience=_TO_ITSELF,
)
RESUMED_EVENT = EventType(
    "agency.resumed",
    AgencyNamed,
    "agency",
    "An agency takes part again.",
    classification=_KIND,
    audience=_TO_ITSELF,
)
ENDED_EVENT = EventType(
    "agency.ended",
    AgencyNamed,
    "agency",
    "An agency takes no part any more.",
    classification=_KIND,
    protects=True,
    audience=_TO_ITSELF,
)
EVENTS = (REGISTERED, CHANGED, SUSPENDED_EVENT, RESUMED_EVENT, ENDED_EVENT)
_STATE_AFTER: Final = {SUSPENDED_EVENT.name: SUSPENDED, RESUMED_EVENT.name: ACTIVE, ENDED_EVENT.name: ENDED}


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the register of `source`; `project` stores it."""
    return (
        Read(f"{source}.{REGISTERED.name}", AgencyView),
        Read(f"{source}.{CHANGED.name}", AgencyView),
        Read(f"{source}.{SUSPENDED_EVENT.name}", AgencyNamed, about="agency", protects=True),
        Read(f"{source}.{RESUMED_EVENT.name}", AgencyNamed, about="agency"),
        Read(f"{source}.{ENDED_EVENT.name}", AgencyNamed, about="agency", protects=True),
    )


def id_of_first_responder(code: str) -> UUID:
    """Return the id of a first responder that the law names; it is the same in every installation."""
    return id_of_authority(f"first_responder/{code}")


def id_of(reference: str) -> UUID:
    """Return the agency id for a reference: an id, or an authority's code. Raises `UnknownAgency`."""
    if reference in codes("authority"):
        return id_of_authority(reference)
    try:
        return UUID(reference)
    except ValueError:
        raise UnknownAgency from None


@cache
def authorities() -> Mapping[UUID, Agency]:
    """Return the authorities of all profiles, which every installation's register contains."""
    return {
        id_of_authority(code): Agency(
            id=id_of_authority(code),
            type=authority.type,
            country=law.country,
            authority=code,
        )
        for law in map(profile, JURISDICTIONS)
        for code, authority in law.authorities.items()
    }


def find(session: Session, agency: UUID) -> Agency | None:
    """Return an agency of the register; None if it does not exist."""
    row = session.execute(select(agencies).where(agencies.c.id == agency)).mappings().one_or_none()
    if row is None:
        return authorities().get(agency)
    return Agency(**{**row, "regions": tuple(row["regions"])})


def states(session: Session, among: Collection[UUID]) -> dict[UUID, str]:
    """Return the state of each of these agencies that the register contains."""
    rows = session.execute(select(agencies.c.id, agencies.c.state).where(agencies.c.id.in_(among)))
    return {row.id: row.state for row in rows}


def types(session: Session, among: Collection[UUID]) -> dict[UUID, str]:
    """Return the type of each of these agencies that the register contains."""
    rows = session.execute(select(agencies.c.id, agencies.c.type).where(agencies.c.id.in_(among)))
    return {row.id: row.type for row in rows}


def code_of(agency: UUID | None) -> str | None:
    """Return the code under which the law names an agency; None if there is none."""
    named = None if agency is None else authorities().get(agency)
    return None if named is None else named.authority


def keep(session: Session, agency: Agency) -> None:
    """Store the current state of an agency."""
    values: dict[str, Any] = {**asdict(agency), "regions": list(agency.regions)}
    new = insert(agencies).values(**values)
    changes = {name: new.excluded[name] for name in values if name != "id"}
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=changes))


def set_state(session: Session, agency: UUID, state: str) -> None:
    """Store whether an agency participates, even before its registration: a suspension can arrive first."""
    standing = find(session, agency) or Agency(id=agency, type="unknown", country="unknown", takes_referrals=False)
    keep(session, Agency(**{**asdict(standing), "state": state}))


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply the register's events to this copy."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        name, data = event.key.partition(".")[2], event.data
        if name in _STATE_AFTER:
            set_state(session, data["agency"], _STATE_AFTER[name])
            continue
        standing = find(session, data["agency"])
        stated = {field: data[field] for field in _STATED}
        state = standing.state if standing is not None else ACTIVE
        keep(session, Agency(id=data["agency"], regions=tuple(data["regions"]), state=state, **stated))
