"""Subjects of a service: rows that are locked and versioned on each change, with members who can see them.

The lock gives a subject's events their order, and the version is its ETag.
"""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Uuid,
    bindparam,
    case,
    exists,
    false,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from shared.access.break_glass import is_open
from shared.access.case_restrictions import restrictions
from shared.access.endings import is_ended
from shared.access.exclusions import excludes
from shared.access.permissions import NotFound, Relation
from shared.access.revocations import revoked
from shared.access.sight import employer, is_outside
from shared.access.staff import Somebody, is_gone
from shared.access.supervisions import leads
from shared.access.tokens import Principal
from shared.store.context import ContextKey
from shared.store.statements import FirstStatement

#: Relations that give a part in a case for one's agency. Emergency access, and access to all cases by role, are exempt.
_TAKES_PART: Final = (Relation.TEAM, Relation.SUPERVISOR)
#: Maximum number of subjects in one query.
_AT_ONCE = 1_000
_SUBJECT: Final = bindparam("subject", type_=Uuid)
_STAFF: Final = bindparam("staff", type_=Uuid)
#: The latest version of each subject that this transaction has incremented.
_RAISED: Final[ContextKey[dict[UUID, int]]] = ContextKey("raised versions")


@dataclass(frozen=True, slots=True)
class Admission:
    """The data that decides whether a request about a subject is admitted; without a relation, the answer is a 404.

    The caller's tokens issued until `revoked_before` are refused; all of them are if their access is ended or they
    left. `is_held` means that the case is restricted only for a legal hold. `outside` is the caller's agency if they
    have a part in the case and another agency leads it; None otherwise.
    """

    relation: Relation | None
    has_team: bool
    is_restricted: bool
    revoked_before: datetime | None
    is_ended: bool = False
    is_held: bool = False
    outside: UUID | None = None


@dataclass(frozen=True)
class Subjects:
    """Subjects of a service: the record with `id` and `version`, and the members with `case_id` and `member`.

    `closed_to` returns the condition that a service closes a subject to a member of staff for its own reason. It has
    the same effect as an exclusion by the person.
    """

    record: Any
    members: Any
    closed_to: Callable[[SQLColumnExpression[UUID], Somebody], ColumnElement[bool]] | None = None

    def lock(self, session: Session, subject: UUID) -> int:
        """Lock a subject for a change; return its version. Raises `NotFound`."""
        query = select(self.record.version).where(self.record.id == subject).with_for_update()
        return self._version(session.execute(query).scalar_one_or_none())

    def version(self, session: Session, subject: UUID) -> int:
        """Return a subject's version. Raises `NotFound`."""
        query = select(self.record.version).where(self.record.id == subject)
        return self._version(session.execute(query).scalar_one_or_none())

    def bump(self, session: Session, subject: UUID) -> int:
        """Increment the version of a locked subject; return the new version."""
        session.flush()
        higher = update(self.record).where(self.record.id == subject).values(version=self.record.version + 1)
        version: int = session.execute(higher.returning(self.record.version)).scalar_one()
        return was_raised(session, subject, version)

    def admission(self, session: Session, subject: UUID, principal: Principal) -> Admission:
        """Return the admission data of a caller and a subject, from one snapshot."""
        asked = {"subject": subject, "staff": _staff_id(principal)}
        return _admission_of(self._admission.one(session, asked))

    def admissions(self, session: Session, subjects: Collection[UUID], principal: Principal) -> dict[UUID, Admission]:
        """Return the same for each of many subjects; missing subjects are left out."""
        admissions: dict[UUID, Admission] = {}
        ordered_subjects, staff = sorted(subjects), _staff_id(principal)
        for start in range(0, len(ordered_subjects), _AT_ONCE):
            asked = {"subjects": ordered_subjects[start : start + _AT_ONCE], "staff": staff}
            admissions |= {row.id: _admission_of(row) for row in session.execute(self._admissions, asked)}
        return admissions

    def relations(self, session: Session, subjects: Collection[UUID], principal: Principal) -> dict[UUID, Relation]:
        """Return a caller's relation to each of many subjects; missing subjects are left out."""
        admissions = self.admissions(session, subjects, principal)
        return {subject: admission.relation for subject, admission in admissions.items() if admission.relation}

    def team(self, session: Session, subject: UUID) -> frozenset[str]:
        """Return the staff ids of a subject's team."""
        members = session.scalars(select(self.members.member).where(self.members.case_id == subject))
        return frozenset(str(member) for member in members)

    def roles(self, session: Session, subject: UUID) -> dict[UUID, str]:
        """Return the roles of a subject's team, by member."""
        members = self.members.__table__.c
        rows = session.execute(select(members.member, members.role).where(members.case_id == subject))
        return {row.member: row.role for row in rows}

    @functools.cached_property
    def _admission(self) -> FirstStatement:
        # Run the same query for a missing subject, so that the response time does not reveal it.
        asked, subjects = select(_SUBJECT.label("id")).subquery("asked"), self.record.__table__
        columns = self._deciding(asked.c.id, subjects.c.id)
        return FirstStatement(select(*columns).select_from(asked.outerjoin(subjects, subjects.c.id == asked.c.id)))

    @functools.cached_property
    def _admissions(self) -> Select[Any]:
        subject = self.record.__table__.c.id
        return select(*self._deciding(subject, subject)).where(subject.in_(bindparam("subjects", expanding=True)))

    def _deciding(self, subject: ColumnElement[UUID], existing: ColumnElement[UUID]) -> list[ColumnElement[Any]]:
        """Return the columns of an `Admission`; `existing` is null if the subject does not exist.

        A null staff id is on no team.
        """
        members = self.members.__table__.c
        of_subject = members.case_id == subject
        closed = false() if self.closed_to is None else self.closed_to(subject, _STAFF)
        return [
            existing.label("id"),
            or_(excludes(subject, _STAFF), closed).label("excluded"),
            exists().where(of_subject, members.member == _STAFF).label("member"),
            exists().where(of_subject, leads(_STAFF, members.member)).label("supervisor"),
            is_open(subject, _STAFF).label("break_glass"),
            exists().where(of_subject).label("has_team"),
            exists().where(restrictions.c.case_id == subject).label("restricted"),
            exists().where(restrictions.c.case_id == subject, ~restrictions.c.held).label("shut"),
            select(revoked.c.before).where(revoked.c.member == _STAFF).scalar_subquery().label("revoked_before"),
            or_(is_ended(_STAFF), is_gone(_STAFF)).label("ended"),
            case((is_outside(self.members.__table__, subject, _STAFF), employer(_STAFF))).label("outside"),
        ]

    @staticmethod
    def _version(version: int | None) -> int:
        if version is None:
            raise NotFound
        return version


def was_raised(session: Session, subject: UUID, version: int) -> int:
    """Record the version that this transaction gave to a locked subject. Return it."""
    versions = _RAISED.find(session)
    if versions is None:
        versions = {}
        _RAISED.put(session, versions)
    versions[subject] = version
    return version


def raised(session: Session, subject: UUID) -> int | None:
    """Return the version that this transaction gave to a subject; None if it has not changed it.

    This needs no query: the subject is locked, so no other transaction increments it. A rolled back savepoint is not
    detected.
    """
    return (_RAISED.find(session) or {}).get(subject)


def _admission_of(row: Any) -> Admission:
    relation = None if row.id is None else _relation_of(row)
    return Admission(
        relation,
        has_team=row.has_team,
        is_restricted=row.restricted,
        revoked_before=row.revoked_before,
        is_ended=row.ended,
        is_held=row.restricted and not row.shut,
        outside=row.outside if relation in _TAKES_PART else None,
    )


# control: H-CONFIDENTIALITY-5 exclusion-beats-every-role
def _relation_of(row: Any) -> Relation:
    # Exclusions by the person come first.
    for holds, relation in (
        (row.excluded, Relation.EXCLUDED),
        (row.member, Relation.TEAM),
        (row.supervisor, Relation.SUPERVISOR),
        (row.break_glass, Relation.BREAK_GLASS),
    ):
        if holds:
            return relation
    return Relation.NONE


def _staff_id(principal: Principal) -> UUID | None:
    """Return a caller's staff id; None for a service or any other caller without one, who is on no team."""
    try:
        return UUID(principal.subject)
    except ValueError:
        return None
