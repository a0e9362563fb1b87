"""Grounds on which an agency can receive data of a person: consent, or a named ground without consent.

Intake decides about the grounds and stores its own events with `announced`. Every other service that works on cases
follows these events with `project`. Each service can therefore decide what the staff of a non-leading agency sees.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Index,
    SQLColumnExpression,
    Table,
    Text,
    Uuid,
    delete,
    exists,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared.events.contract import Code, Codes, Day, Flag, Read, Received, Reference
from shared.events.envelope import Announcement
from shared.events.narrowing import FIELDS as NARROWED_BY
from shared.reference import id_of_authority
from shared.store.database import metadata

#: Purposes that include work with the person. Statistics, registers, reporting bodies and the press give no access to a
#: case, nor do claims for wages and child protection: both open some events of a data category, and not all of it.
FOR_CASEWORK: Final = frozenset(
    (
        "referral_for_support",
        "referral_to_official_identification",
        "duty_to_notify_with_identity",
        "police_investigation",
        "legal_representation",
        "compensation_claim",
        "medical_care",
        "accommodation_placement",
        "return_assistance",
        "protection",
        "official_notification_with_identity",
    )
)
#: The version from which an event contains the agency's id.
_BY_ID: Final = 2
_CONSENT, _SHARING = "consent", "sharing"
#: The events that change a ground.
_TOLD: Final = frozenset(
    (
        *("consent.granted", "consent.granted_in_part", "consent.withdrawn", "consent.due_again"),
        *("sharing.without_consent", "sharing.reviewed"),
    )
)
#: A case in a statement: a value or a column.
Case: TypeAlias = SQLColumnExpression[UUID]
_Data: TypeAlias = Mapping[str, Any]

grounds = Table(
    "agency_grounds",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the consent, or the sharing without one"),
    Column("case_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("agency", Uuid, nullable=False, comment="an agency of the register"),
    Column("data_categories", ARRAY(Text), nullable=False),
    Column("since", Date, comment="the first day on which it counts; null: no day is known"),
    Column("until", Date, nullable=False, comment="the last day on which it counts"),
)
Index("agency_grounds_case_id_agency_index", grounds.c.case_id, grounds.c.agency)


class _Granted(Schema):
    consent = Reference(required=True)
    purposes = Codes(required=True)
    data_categories = Codes(required=True)
    granted_on = Day(required=True)
    expires_on = Day(required=True)


class GrantedView(_Granted):
    """The consent of the person. A later release can add purposes and categories."""

    agency = Reference(required=True)


class GrantedInPartView(GrantedView):
    """The consent of a person who named claims, types of matter or stages of the criminal proceedings."""

    only_remedies = Codes(load_default=None)
    only_matters = Codes(load_default=None)
    only_stages = Codes(load_default=None)


class FormerGrantedView(_Granted):
    """The same with the code of an authority of the law."""

    agency = Code(required=True)


class WithdrawnView(Schema):
    """A consent that was withdrawn or changed; events about the remaining consents follow."""

    consent = Reference(required=True)


class _Shared(Schema):
    sharing = Reference(required=True)
    purpose = Code(required=True)
    data_categories = Codes(required=True)
    until = Day(required=True)


class SharedView(_Shared):
    """Data that an agency can receive without the person's consent."""

    agency = Reference(required=True)


class FormerSharedView(_Shared):
    """The same with the code of an authority of the law."""

    agency = Code(required=True)


class ReviewedView(Schema):
    """The outcome of the review of urgent sharing: whether it continues."""

    sharing = Reference(required=True)
    upheld = Flag(required=True)


class DueAgainView(Schema):
    """The person is now of age, so a consent given while they were a child is invalid and must be asked again."""


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the grounds of `source`; `project` stores them."""
    return (
        Read(f"{source}.consent.granted", FormerGrantedView, about="consent"),
        Read(f"{source}.consent.granted", GrantedView, _BY_ID, about="consent"),
        Read(f"{source}.consent.granted_in_part", GrantedInPartView, about="consent"),
        Read(f"{source}.consent.withdrawn", WithdrawnView, about="consent", protects=True),
        Read(f"{source}.consent.withdrawn", WithdrawnView, _BY_ID, about="consent", protects=True),
        Read(f"{source}.consent.due_again", DueAgainView, ends=True),
        Read(f"{source}.sharing.without_consent", FormerSharedView, about="sharing"),
        Read(f"{source}.sharing.without_consent", SharedView, _BY_ID, about="sharing"),
        Read(f"{source}.sharing.reviewed", ReviewedView, about="sharing", ends=True),
    )


def granted(session: Session, case: UUID, agency: UUID, today: date) -> frozenset[str]:
    """Return the data categories of a case that an agency can receive on a day, by this copy."""
    return granted_in(session, {case: today}, agency)[case]


def granted_in(session: Session, days: Mapping[UUID, date], agency: UUID) -> dict[UUID, frozenset[str]]:
    """Return the same for many cases, each on its own day, in one statement."""
    own = select(grounds).where(grounds.c.case_id.in_(days), grounds.c.agency == agency)
    granted: dict[UUID, set[str]] = {case: set() for case in days}
    for row in session.execute(own):
        today = days[row.case_id]
        if (row.since is None or row.since <= today) and today <= row.until:
            granted[row.case_id].update(row.data_categories)
    return {case: frozenset(categories) for case, categories in granted.items()}


def _counts(today: date) -> tuple[ColumnElement[bool], ...]:
    return grounds.c.since.is_(None) | (grounds.c.since <= today), grounds.c.until >= today


def covers(
    case: Case, agency: SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None], category: str, today: date
) -> ColumnElement[bool]:
    """Return the condition that an agency can receive a data category of a case on a day."""
    covered = grounds.c.data_categories.contains([category])
    return exists().where(grounds.c.case_id == case, grounds.c.agency == agency, *_counts(today), covered)


def announced(session: Session, case: UUID, announcements: Iterable[Announcement]) -> None:
    """Store the grounds from the owning service's own events."""
    for announcement in announcements:
        if announcement.name in _TOLD:
            _apply(session, case, announcement.name.rpartition(".")[2], announcement.data)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the grounds."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        _apply(session, event.subject, event.key.rpartition(".")[2], event.data)


def _apply(session: Session, case: UUID, name: str, data: _Data) -> None:
    if name in ("granted", "granted_in_part"):
        times = {"since": data["granted_on"], "until": data["expires_on"]}
        _keep(session, {"id": data["consent"], "case_id": case, "kind": _CONSENT, **times}, data["purposes"], data)
    elif name == "without_consent":
        times = {"since": None, "until": data["until"]}
        _keep(session, {"id": data["sharing"], "case_id": case, "kind": _SHARING, **times}, [data["purpose"]], data)
    elif name == "withdrawn":
        _forget(session, grounds.c.id == data["consent"], case)
    elif name == "due_again":
        _forget(session, grounds.c.kind == _CONSENT, case)
    elif not data["upheld"]:
        _forget(session, grounds.c.id == data["sharing"], case)


def _keep(session: Session, row: _Data, purposes: Iterable[str], data: _Data) -> None:
    """Store a ground, unless none of its purposes includes work with the person, or the person narrowed the consent.

    A case is shown by data categories, which is more than a consent for one claim or one stage opens.
    """
    # control: H-CONFIDENTIALITY-31 no-case-by-a-narrowed-consent
    is_narrowed = any(data.get(name) for name in NARROWED_BY)
    if is_narrowed or not FOR_CASEWORK.intersection(purposes):
        _forget(session, grounds.c.id == row["id"], row["case_id"])
        return
    agency = data["agency"] if isinstance(data["agency"], UUID) else id_of_authority(data["agency"])
    values = {**row, "agency": agency, "data_categories": list(data["data_categories"])}
    session.execute(insert(grounds).values(**values).on_conflict_do_update(index_elements=["id"], set_=values))


def _forget(session: Session, which: ColumnElement[bool], case: UUID) -> None:
    session.execute(delete(grounds).where(which, grounds.c.case_id == case))
