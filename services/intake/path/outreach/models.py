"""The table of outreach sessions. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Count, Day, Identifier, Reference
from shared.events.envelope import new_id
from shared.reference import codes


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
    topics: Mapped[list[str]] = declared_column(Codes(codes("outreach_topic")), None, "What it was about.")
    partner: Mapped[str | None] = declared_column(
        nullable(Code(codes("org_type"))), None, "The kind of partner with whom it was held."
    )
    reached: Mapped[int] = declared_column(Count(), None, "How many were reached.", example=40)
    spoke_with: Mapped[int] = declared_column(Count(), None, "With how many of them somebody spoke.", example=20)
    contacts: Mapped[int] = declared_column(Count(), None, "With how many of those contact was made.", example=5)
