"""The copy of another service's cases and their teams, built from its events only, in batches of any size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, func, tuple_
from sqlalchemy import case as either
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from shared.casework.cases import CaseRecords
from shared.events.contract import Received
from shared.store.statements import rows_into

#: An event that was received: the case, the event's key and its data.
Fact = tuple[UUID, str, Mapping[str, Any]]
OPEN, CLOSED = "open", "closed"
#: The columns that every case has. Any other column is a field of the event that opens the case.
_OF_EVERY_CASE = frozenset(("id", "version", "status"))


@dataclass(frozen=True)
class CaseState:
    """The state of a case after a batch of events; None for what the batch has no event about."""

    opening: Mapping[str, object] | None = None
    status: str | None = None


@dataclass(frozen=True)
class Membership:
    """The role of a staff member in a team."""

    role: str
    lead: bool


def case_states(source: str, facts: Iterable[Fact]) -> dict[UUID, CaseState]:
    """Return the state of each case after these facts. Any fact creates a case."""
    statuses = {f"{source}.case.closed": CLOSED, f"{source}.case.reopened": OPEN}
    # Each of these contains the full current values of the opening.
    openings = (f"{source}.contact.opened", f"{source}.contact.changed")
    by_case: dict[UUID, CaseState] = {}
    for case, key, data in facts:
        earlier = by_case.get(case, CaseState())
        opening = data if key in openings else earlier.opening
        by_case[case] = CaseState(opening, statuses.get(key, earlier.status))
    return by_case


def memberships(source: str, facts: Iterable[Fact]) -> dict[tuple[UUID, UUID], Membership | None]:
    """Return each membership after these facts about teams, by case and member; None if it ended."""
    added = f"{source}.team.member_added"
    return {
        (case, data["member"]): Membership(data["role"], data["lead"]) if key == added else None
        for case, key, data in facts
    }


@dataclass(frozen=True)
class CaseProjector:
    """The projector of a service's copy of the cases of a source."""

    source: str
    cases: CaseRecords

    def project_cases(self, session: Session, received: Sequence[Received]) -> None:
        """Store each case that an event is about. Until its opening has arrived, store only that the case exists.

        Each batch raises the version of the case.
        """
        states, record = case_states(self.source, _facts(received)), self.cases.record
        columns = [column.key for column in record.__table__.c if column.key not in _OF_EVERY_CASE]
        # Every batch locks the cases in the same order, so two batches never deadlock.
        rows = [_row(case, state, columns) for case, state in sorted(states.items(), key=_case)]
        new = rows_into(record, rows)
        with_status = [case for case, state in states.items() if state.status is not None]
        changes = {
            "version": record.version + 1,
            "status": either(
                (record.id == any_(bindparam(None, with_status, type_=ARRAY(Uuid))), new.excluded.status),
                else_=record.status,
            ),
            **{name: func.coalesce(new.excluded[name], record.__table__.c[name]) for name in columns},
        }
        session.execute(new.on_conflict_do_update(index_elements=[record.id], set_=changes))

    def project_team(self, session: Session, received: Sequence[Received]) -> None:
        """Store the members of each case's team. The last event about each member applies."""
        after, members = memberships(self.source, _facts(received)), self.cases.members
        gone = [key for key, membership in after.items() if membership is None]
        rows = [
            {"case_id": case, "member": member, "role": membership.role, "lead": membership.lead}
            for (case, member), membership in after.items()
            if membership is not None
        ]
        key = (members.case_id, members.member)
        if gone:
            session.execute(delete(members).where(tuple_(*key).in_(gone)))
        if rows:
            new = rows_into(members, rows)
            changes = {"role": new.excluded.role, "lead": new.excluded.lead}
            session.execute(new.on_conflict_do_update(index_elements=key, set_=changes))


def _facts(received: Sequence[Received]) -> Iterable[Fact]:
    return ((message.subject, message.key, message.data) for message in received)


def _case(entry: tuple[UUID, CaseState]) -> UUID:
    return entry[0]


def _row(case: UUID, state: CaseState, columns: Iterable[str]) -> dict[str, object]:
    opening = state.opening or {}
    row = {"id": case, "version": 1, "status": state.status or OPEN}
    return row | {name: opening.get(name) for name in columns}
