"""The table of notes. Texts are encrypted."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from services.legal.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import SealedNote
from shared.events.contract import Reference


class Note(SealedNote, Record):
    """An adviser's note, which can be about a claim and belong to a matter file."""

    matter: Mapped[UUID | None] = declared_column(
        nullable(Reference()), FieldClass.PRIVILEGED, "The matter that it is about."
    )
    file: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        FieldClass.PRIVILEGED,
        "The matter file that it belongs to: only those who work on the matter read it. A note without one is read by "
        "all advisers of the case who are not kept apart from any of its matters.",
        index=True,
    )
