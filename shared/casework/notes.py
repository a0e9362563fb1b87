"""Sealed notes about a case. Only the roles of their kind can read them; no event, log or dump contains their text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from shared import encryption
from shared.access.tokens import Principal
from shared.casework.cases import CaseRecords
from shared.casework.refusals import FactRefused
from shared.casework.schemas import WriteNote
from shared.encryption import Cell
from shared.events.envelope import new_id

_ALL: Final = true()


@dataclass(frozen=True)
class SealedNotes:
    """The notes of a service: `note` is its `SealedNote`, `kinds` the kinds that each role writes and reads.

    `own` are the kinds whose notes only their writer reads or corrects, in any role.
    """

    note: Any
    cases: CaseRecords
    kinds: Mapping[str, Collection[str]]
    own: Collection[str] = ()

    def write(
        self,
        session: Session,
        case: UUID,
        command: WriteNote,
        now: datetime,
        *,
        by: Principal,
        only: ColumnElement[bool] = _ALL,
    ) -> UUID:
        """Write a note, perhaps as the correction of an earlier one. Return its id.

        The command can have further columns of the service's notes. `only`: the service's condition on the notes that
        the writer can correct. Raises `FactRefused`, and `KeyDestroyed` for a case that was erased.
        """
        if command.kind not in self._kinds_of(by):
            message = "Your role does not write notes of this kind. Choose another kind."
            raise FactRefused("kind", "kind_of_the_role", message)
        self.cases.begin_change(session, case, now)
        note_id = new_id()
        if command.corrects is not None:
            self._correctable(session, case, command.corrects, by, only).superseded_by = note_id
        text = encryption.of(session).seal(case, _cell(note_id), command.text)
        columns = {name: column for name, column in command.stored(text=text).items() if name != "corrects"}
        written = {"written_by": UUID(by.subject), "written_at": now}
        session.add(self.note(id=note_id, case_id=case, **columns, **written))
        return note_id

    def read(
        self, session: Session, case: UUID, *, by: Principal, only: ColumnElement[bool] = _ALL
    ) -> list[dict[str, object]]:
        """Return the notes that the reader's roles allow, oldest first, including those that were corrected.

        `only`: the service's condition on the notes that the reader can see.
        """
        mine = or_(self.note.kind.not_in(self.own), self.note.written_by == UUID(by.subject))
        return self._opened(session, case, self._kinds_of(by), and_(mine, only))

    def reached(self, session: Session, case: UUID, note_id: UUID, only: ColumnElement[bool]) -> Any:
        """Return a note that meets the service's condition; None if there is none."""
        return session.scalars(
            select(self.note).where(self.note.case_id == case, self.note.id == note_id, only)
        ).first()

    def copied(self, session: Session, case: UUID) -> list[dict[str, object]]:
        """Return all notes of a case, for the copy that the person receives."""
        return self._opened(session, case, frozenset().union(*self.kinds.values()), true())

    def _kinds_of(self, by: Principal) -> frozenset[str]:
        return frozenset().union(*(self.kinds.get(role, ()) for role in by.roles))

    def _correctable(
        self, session: Session, case: UUID, note_id: UUID, by: Principal, only: ColumnElement[bool]
    ) -> Any:
        """Return a note that its reader can correct. Corrections never fork. Raises `FactRefused`."""
        note = self.reached(session, case, note_id, only)
        is_others = note is not None and note.kind in self.own and note.written_by != UUID(by.subject)
        if note is None or is_others or note.kind not in self._kinds_of(by):
            message = "This case has no such note for you. Read its notes again."
            raise FactRefused("corrects", "of_the_same_case", message)
        if note.superseded_by is not None:
            message = "That note was corrected already. Correct the note that took its place."
            raise FactRefused("corrects", "corrects_what_stands", message)
        return note

    def _opened(
        self, session: Session, case: UUID, kinds: Collection[str], which: ColumnElement[bool]
    ) -> list[dict[str, object]]:
        of_case = (self.note.case_id == case, self.note.kind.in_(kinds), which)
        query = select(self.note).where(*of_case).order_by(self.note.id)
        keys, names = encryption.of(session), self.note.__table__.c.keys()
        return [
            {name: getattr(note, name) for name in names if name != "case_id"}
            | {"text": keys.unseal(case, _cell(note.id), note.text)}
            for note in session.scalars(query)
        ]


def _cell(note: UUID) -> Cell:
    return Cell("notes", "text", note)
