"""Subscriptions as they are stored."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class Subscription(Record):
    """What an agency asked to hear of."""

    __tablename__ = "subscriptions"

    agency: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")
    types: Mapped[list[str]] = mapped_column(comment="types of events, by patterns")
    jurisdictions: Mapped[list[str]]
    purposes: Mapped[list[str]]
    data_categories: Mapped[list[str]]
    form: Mapped[str] = mapped_column(comment="full or thin")
    pinned: Mapped[dict[str, int]] = mapped_column(JSONB, comment="type -> the version that the agency reads")
    is_sandbox: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="it is told of fictitious people alone"
    )
    is_paused: Mapped[bool] = mapped_column(comment="nothing is pushed; the feed goes on")
    changed_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency")
    changed_at: Mapped[datetime]
