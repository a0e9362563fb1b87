"""Permits to disclose a person's records: to the person, or to another by a decided demand.

One service owns the decision and publishes it. Every other service stores a copy with `project`, and decides without a
call. Nothing is disclosed without an open permit. A permit expires in real time, independent of the domain's time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Boolean, Column, DateTime, Index, Table, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared.events.audience import inside
from shared.events.contract import Codes, EventType, Flag, Instant, Read, Received, Reference
from shared.reference import codes
from shared.store.database import metadata

COPY, ACCESS_REPORT = "copy", "access_report"

permits = Table(
    "releases",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the person's request, or the demand"),
    Column("case_id", Uuid, nullable=False),
    Column("covers", ARRAY(Text), nullable=False, comment="copy, access_report"),
    Column("classes", ARRAY(Text), comment="for another than the person: these classes of records and no other"),
    Column("third_parties", Boolean, nullable=False, comment="with what tells of others"),
    Column("privileged", Boolean, nullable=False, comment="with what is legally privileged"),
    Column("until", DateTime(timezone=True), nullable=False, comment="real time"),
)
Index("releases_case_id_index", permits.c.case_id)


@dataclass(frozen=True)
class DisclosurePermit:
    """The records that can be disclosed, and until when; `classes` is None for the person themselves."""

    id: UUID
    case_id: UUID
    covers: Sequence[str]
    classes: Sequence[str] | None
    third_parties: bool
    privileged: bool
    until: datetime


class CopyReleased(Schema):
    """The records that the person can receive: checked for coercion, and reviewed if they are about others."""

    release = Reference(required=True)
    covers = Codes(codes("access_request_kind"), required=True)
    third_parties = Flag(required=True)
    privileged = Flag(required=True)
    until = Instant(required=True)


class CopyRecalled(Schema):
    """Nothing can be disclosed now: someone may be coercing the person."""

    release = Reference(required=True)


class ReleasedView(Schema):
    """The records that the person can receive."""

    release = Reference(required=True)
    covers = Codes(required=True)
    third_parties = Flag(required=True)
    privileged = Flag(required=True)
    until = Instant(required=True)


class DecidedView(Schema):
    """The classes of records that another can receive."""

    disclosure = Reference(required=True)
    given = Codes(required=True)
    until = Instant(required=True)


_STAYS: Final = inside("The person's copy is between them and who keeps the case.")
RELEASED = EventType(
    "copy.released",
    CopyReleased,
    "rights",
    "The person may be handed what is kept about them.",
    audience=_STAYS,
)
RECALLED = EventType(
    "copy.recalled",
    CopyRecalled,
    "rights",
    "The person is handed nothing for now.",
    protects=True,
    audience=_STAYS,
)
EVENTS = (RELEASED, RECALLED)
_DECIDED = "disclosure.decided"


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare the consumption of a service's disclosure permits; `project` stores them."""
    return (
        Read(f"{source}.{RELEASED.name}", ReleasedView, about="release"),
        Read(f"{source}.{RECALLED.name}", CopyRecalled, about="release", protects=True),
        Read(f"{source}.{_DECIDED}", DecidedView, about="disclosure"),
    )


def keep(session: Session, new: DisclosurePermit) -> None:
    """Store a permit. The latest version of each is valid."""
    row = insert(permits).values(**vars(new))
    last = {name: row.excluded[name] for name in ("covers", "classes", "third_parties", "privileged", "until")}
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=last))


def recall(session: Session, case: UUID, permit: UUID) -> None:
    """Delete a permit."""
    session.execute(delete(permits).where(permits.c.id == permit, permits.c.case_id == case))


def find(session: Session, case: UUID, purpose: str, disclosure: UUID | None = None) -> DisclosurePermit | None:
    """Return the open permit for a purpose in a case; None if there is none.

    The permit is the one for the person, unless a disclosure names another recipient.
    """
    own = permits.c.classes.is_(None)
    addressed = own if disclosure is None else ~own & (permits.c.id == disclosure)
    still = (
        permits.c.case_id == case,
        permits.c.covers.contains([purpose]),
        permits.c.until > func.clock_timestamp(),
    )
    latest = select(permits).where(addressed, *still).order_by(permits.c.until.desc()).limit(1)
    row = session.execute(latest).mappings().first()
    return None if row is None else DisclosurePermit(**row)


def by_disclosure(disclosure: UUID, case: UUID, given: Sequence[str], until: datetime) -> DisclosurePermit:
    """Return the permit of a decided demand, with the parts and the end that were decided."""
    return DisclosurePermit(disclosure, case, [COPY], list(given), third_parties=True, privileged=True, until=until)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the permits."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        _project_one(session, event.subject, event.key.partition(".")[2], event.data)


def _project_one(session: Session, case: UUID, name: str, data: Any) -> None:
    if name == RECALLED.name:
        recall(session, case, data["release"])
    elif name == RELEASED.name:
        permitted = {key: data[key] for key in ("covers", "third_parties", "privileged", "until")}
        keep(session, DisclosurePermit(id=data["release"], case_id=case, classes=None, **permitted))
    elif data["given"]:
        keep(session, by_disclosure(data["disclosure"], case, data["given"], data["until"]))
