"""Plans for moving on, and check-ins, as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded
from services.support.case.rules import Entries


class Transition(Recorded, Record):
    """A plan for moving on, agreed with the person."""

    __tablename__ = "transitions"

    state: Mapped[str]
    agreed_on: Mapped[date]
    leaves_on: Mapped[date] = mapped_column(comment="from then on they are asked after")
    outcomes: Mapped[Entries] = mapped_column(JSONB, comment="what goes on, by outcome; codes and references alone")
    check_in_after: Mapped[list[int]] = mapped_column(ARRAY(Integer), comment="days after they left")
    papers_handed_over: Mapped[bool]
    way_back_explained: Mapped[bool]
    check_ins_done: Mapped[int] = mapped_column(default=0, server_default="0")
    closing_because: Mapped[str | None]
    closing_proposed_by: Mapped[UUID | None]
    closed_by: Mapped[UUID | None]
    closed_on: Mapped[date | None]
    came_back_on: Mapped[date | None]


class CheckIn(Recorded, Record):
    """An attempt to ask after somebody, by a way that is safe; what they said is in no field of it."""

    __tablename__ = "check_ins"

    transition: Mapped[UUID]
    tried_on: Mapped[date]
    way: Mapped[str]
    reached: Mapped[bool]
    safe: Mapped[str | None] = mapped_column(comment="as they say, where they were reached")
