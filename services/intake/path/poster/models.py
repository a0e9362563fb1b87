"""Tables of posters: a code for each session, and how often it was scanned. Nothing is stored about visitors.

What is declared here can be entered and shown.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.events.contract import Code
from shared.http.words import SingleLine
from shared.reference.words import PUBLIC_LANGUAGES

_LONGEST: Final = 64


class PosterCode(Record):
    """The code in the QR codes of a session's posters and cards. It is on paper in public places, and not secret."""

    __tablename__ = "poster_codes"

    session: Mapped[UUID] = mapped_column(ForeignKey("outreach_sessions.id"), primary_key=True)
    #: Random. It does not reveal the session.
    code: Mapped[str] = declared_column(
        SingleLine(_LONGEST), None, "The code in the QR code of the session's posters.", example="11111111", unique=True
    )


class PosterScans(Record):
    """How often the posters of a session were scanned, by language: a number, without a time or a visitor."""

    __tablename__ = "poster_scans"

    session: Mapped[UUID] = mapped_column(ForeignKey("outreach_sessions.id"), primary_key=True)
    language: Mapped[str] = declared_column(
        Code(PUBLIC_LANGUAGES), None, "The language of the poster.", example="vi", primary_key=True
    )
    #: The true number. Replies show a rounded number, and none below a limit (`rules.shown`).
    scans: Mapped[int]
