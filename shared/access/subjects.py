"""A service's subjects: rows that are locked and versioned as they change, and have members who may see them.

The lock is what gives a subject's events their order, and the version is its ETag.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, literal, select, update
from sqlalchemy.orm import Session

from shared.access.break_glass import is_open
from shared.access.exclusions import exclusions
from shared.access.permissions import NotFound, Relation
from shared.access.supervisions import supervisions
from shared.access.tokens import Principal

#: So many subjects are asked for in one query.
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Subjects:
    """A service's subjects: the record with `id` and `version`, and its members' with `case_id` and `member`."""

    record: Any
    members: Any

    def lock(self, session: Session, subject: UUID) -> int:
        """Lock a subject for a change; returns its version. Raises `NotFound`."""
        query = select(self.record.version).where(self.record.id == subject).with_for_update()
        return self._version(session.execute(query).scalar_one_or_none())

    def version(self, session: Session, subject: UUID) -> int:
        """Return a subject's version. Raises `NotFound`."""
        query = select(self.record.version).where(self.record.id == subject)
        return self._version(session.execute(query).scalar_one_or_none())

    def bump(self, session: Session, subject: UUID) -> int:
        """Raise a subject's version, for a change under its lock; returns the new one."""
        session.flush()
        higher = update(self.record).where(self.record.id == subject).values(version=self.record.version + 1)
        version: int = session.execute(higher.returning(self.record.version)).scalar_one()
        return version

    def relation(self, session: Session, subject: UUID, principal: Principal) -> Relation | None:
        """Return a principal's relation to a subject; None if there is no such subject."""
        row = session.execute(self._related(_staff_id(principal)).where(self.record.id == subject)).first()
        if row is None:
            return None
        return _relation_of(row)

    def relations(self, session: Session, subjects: Collection[UUID], principal: Principal) -> dict[UUID, Relation]:
        """Return a principal's relation to each of many subjects; those that do not exist are left out."""
        relations: dict[UUID, Relation] = {}
        query, ordered_subjects = self._related(_staff_id(principal)).add_columns(self.record.id), sorted(subjects)
        for start in range(0, len(ordered_subjects), _AT_ONCE):
            rows = session.execute(query.where(self.record.id.in_(ordered_subjects[start : start + _AT_ONCE])))
            relations |= {row.id: _relation_of(row) for row in rows}
        return relations

    def team(self, session: Session, case: UUID) -> frozenset[str]:
        """Return the staff ids of a case's team."""
        members = session.scalars(select(self.members.member).where(self.members.case_id == case))
        return frozenset(str(member) for member in members)

    def _related(self, staff: UUID | None) -> Select[bool, bool, bool, bool]:
        if staff is None:
            nothing = literal(value=False)
            return select(
                nothing.label("excluded"),
                nothing.label("member"),
                nothing.label("supervisor"),
                nothing.label("break_glass"),
            )
        team, led, excluded_members = self.members, supervisions.c, exclusions.c
        on_team = team.case_id == self.record.id
        excluded = exists().where(excluded_members.case_id == self.record.id, excluded_members.member == staff)
        member = exists().where(on_team, team.member == staff)
        supervisor = exists().where(on_team, team.member == led.member, led.supervisor == staff)
        break_glass = is_open(self.record.id, staff)
        return select(
            excluded.label("excluded"),
            member.label("member"),
            supervisor.label("supervisor"),
            break_glass.label("break_glass"),
        )

    @staticmethod
    def _version(version: int | None) -> int:
        if version is None:
            raise NotFound
        return version


def _relation_of(row: Any) -> Relation:
    # What the person wants comes first.
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
    """Return a principal's staff id; None for a service, or anyone without one, who is on no team."""
    try:
        return UUID(principal.subject)
    except ValueError:
        return None
