"""Tables of due items: the read models of other services' items and assessments, and acknowledged items."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Flag


class HeardDue(Record):
    """Intake's read model of due items of legal (periods, requests) and support (reviews, needs, alerts)."""

    __tablename__ = "heard_due"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    #: An id or a code that identifies the item among those of its kind.
    key: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    #: The code of a period, a need, an alert, or the subject of a review.
    code: Mapped[str | None]
    #: Only periods have one.
    kind: Mapped[str | None]
    reference: Mapped[UUID | None]
    #: Of a period: the law and the version of its rule, which names who should check the day.
    jurisdiction: Mapped[str | None]
    rule_version: Mapped[str | None]
    due_on: Mapped[date | None]
    #: The end of a period that the law counts in hours.
    due_at: Mapped[datetime | None]
    other_due_on: Mapped[date | None]
    since: Mapped[date | None]
    state: Mapped[str]
    listed: Mapped[bool]
    certainty: Mapped[str | None]
    doubts: Mapped[list[str]]
    #: The facts that the question about a period is about.
    ask_about: Mapped[list[str]] = mapped_column(server_default="{}")
    birthday: Mapped[int | None]
    #: The ids of the only members who see it. Null: the role decides.
    members: Mapped[list[str] | None]
    #: Of an urgent need: the needs of this kind, each with its day while it is open, and null once a service meets it.
    needs: Mapped[dict[str, str | None]] = mapped_column(JSONB, server_default="{}")

    __table_args__ = (
        Index("heard_due_listed_index", "case_id", "due_on", postgresql_where="listed"),
        # The few that supervisors see in all cases.
        Index("heard_due_conflict_index", "case_id", postgresql_where="listed and what = 'conflict_of_interest'"),
    )


class SeenTo(Record):
    """An acknowledged item: a period that is over, which returns to the list if it changes, or a likely repetition."""

    __tablename__ = "due_seen_to"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    #: The period or record.
    reference: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    due_on: Mapped[date | None]
    by: Mapped[UUID]
    at: Mapped[datetime]


class HeardRisk(Record):
    """Intake's read model of support's assessments: whether the latest one found that immediate action is needed."""

    __tablename__ = "heard_risks"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    urgent: Mapped[bool] = declared_column(
        Flag(), FieldClass.HEALTH, "Whether the latest assessment found urgent need; null: none was made."
    )
    position: Mapped[int]
