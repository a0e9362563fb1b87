"""Tables of posters: a code per session, and how often it was scanned. Nothing is stored about who scanned it."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class PosterCode(Record):
    """The code in the QR codes of a session's posters and cards. It is on paper in public places, and no secret."""

    __tablename__ = "poster_codes"

    session: Mapped[UUID] = mapped_column(ForeignKey("outreach_sessions.id"), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True, comment="random; says nothing of the session")


class PosterScans(Record):
    """How often the posters of a session were scanned, by language: a number, without a time or a visitor."""

    __tablename__ = "poster_scans"

    session: Mapped[UUID] = mapped_column(ForeignKey("outreach_sessions.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    scans: Mapped[int]
