"""A service's subjects: rows that are locked and versioned as they change, and have members who may see them.

The lock is what gives a subject's events their order, and the version is its ETag.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, literal, select, update
from sqlalchemy.orm import Session

from shared.access import NotFound, Relation
from shared.standing.exclusions import exclusions
from shared.standing.glass import is_open
from shared.standing.supervisions import supervisions
from shared.tokens import Principal

#: So many subjects are asked for in one query.
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Subjects:
    """Takes the record with `id` and `version`, and that of its members with `case_id` and `member`."""

    record: Any
    members: Any

    def lock(self, session: Session, subject: UUID) -> int:
        """Lock a subject for a change; gives its version. Raises `NotFound`."""
        found = select(self.record.version).where(self.record.id == subject).with_for_update()
        return self._version(session.execute(found).scalar_one_or_none())

    def version(self, session: Session, subject: UUID) -> int:
        """Give a subject's version. Raises `NotFound`."""
        found = select(self.record.version).where(self.record.id == subject)
        return self._version(session.execute(found).scalar_one_or_none())

    def bump(self, session: Session, subject: UUID) -> int:
        """Raise a subject's version, for a change under its lock; gives the new one."""
        session.flush()
        higher = update(self.record).where(self.record.id == subject).values(version=self.record.version + 1)
        found: int = session.execute(higher.returning(self.record.version)).scalar_one()
        return found

    def relation(self, session: Session, subject: UUID, principal: Principal) -> Relation | None:
        """Tell how someone stands to a subject; None if there is no such subject."""
        row = session.execute(self._standing(_staff_id(principal)).where(self.record.id == subject)).first()
        if row is None:
            return None
        return _relation_of(row)

    def relations(self, session: Session, subjects: Collection[UUID], principal: Principal) -> dict[UUID, Relation]:
        """Tell how someone stands to each of many subjects; those that there are not are left out."""
        found: dict[UUID, Relation] = {}
        standing, of = self._standing(_staff_id(principal)).add_columns(self.record.id), sorted(subjects)
        for at in range(0, len(of), _AT_ONCE):
            rows = session.execute(standing.where(self.record.id.in_(of[at : at + _AT_ONCE])))
            found |= {row.id: _relation_of(row) for row in rows}
        return found

    def _standing(self, staff: UUID | None) -> Select[bool, bool, bool, bool]:
        if staff is None:
            nothing = literal(value=False)
            return select(
                nothing.label("excluded"), nothing.label("member"), nothing.label("supervisor"), nothing.label("glass")
            )
        team, led, kept = self.members, supervisions.c, exclusions.c
        on_team = team.case_id == self.record.id
        excluded = exists().where(kept.case_id == self.record.id, kept.member == staff)
        member = exists().where(on_team, team.member == staff)
        supervisor = exists().where(on_team, team.member == led.member, led.supervisor == staff)
        glass = is_open(self.record.id, staff)
        return select(
            excluded.label("excluded"), member.label("member"), supervisor.label("supervisor"), glass.label("glass")
        )

    @staticmethod
    def _version(found: int | None) -> int:
        if found is None:
            raise NotFound
        return found


def _relation_of(row: Any) -> Relation:
    # What the person wants comes first.
    for holds, relation in (
        (row.excluded, Relation.EXCLUDED),
        (row.member, Relation.TEAM),
        (row.supervisor, Relation.SUPERVISOR),
        (row.glass, Relation.GLASS),
    ):
        if holds:
            return relation
    return Relation.NONE


def _staff_id(principal: Principal) -> UUID | None:
    """Give the staff id of who asks; a service, or anyone without one, is on no team."""
    try:
        return UUID(principal.subject)
    except ValueError:
        return None
