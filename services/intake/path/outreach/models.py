"""Tables of outreach sessions and of their posters: a code for each session, and how often it was scanned.

Nothing is stored about visitors. Fields declared here appear in commands and views.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Count, Day, Identifier, Reference
from shared.events.envelope import new_id
from shared.http.words import SingleLine
from shared.reference import codes
from shared.reference.words import PUBLIC_LANGUAGES


class OutreachSession(Record):
    """A session of outreach: its region, setting, topics and counts. It names no person."""

    __tablename__ = "outreach_sessions"

    id: Mapped[UUID] = declared_column(Reference(), None, "The session.", primary_key=True, default=new_id)
    held_on: Mapped[date] = declared_column(Day(), None, "The day of the session, today by default.")
    region: Mapped[str] = declared_column(
        Code(identifier=Identifier.REGION),
        None,
        "The region by its ISO 3166-2 code; no smaller place.",
        example="GB-MAN",
        index=True,
    )
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The agency that held it, and sees it; null: not known, all see it."
    )
    setting: Mapped[str] = declared_column(Code(codes("outreach_setting")), None, "Where people were met.")
    languages: Mapped[list[str]] = declared_column(
        Codes(codes("language")), None, "The languages that were spoken.", example=["ro"]
    )
    topics: Mapped[list[str]] = declared_column(Codes(codes("outreach_topic")), None, "The topic.")
    partner: Mapped[str | None] = declared_column(
        nullable(Code(codes("org_type"))), None, "The kind of partner with whom it was held."
    )
    reached: Mapped[int] = declared_column(Count(), None, "How many were reached.", example=40)
    spoke_with: Mapped[int] = declared_column(Count(), None, "The number of people who were spoken with.", example=20)
    contacts: Mapped[int] = declared_column(Count(), None, "With how many of those contact was made.", example=5)


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
