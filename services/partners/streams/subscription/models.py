"""The table of subscriptions. Fields declared here appear in commands and views."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from marshmallow import fields, validate
from sqlalchemy import false
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.access.columns import declared_column
from shared.events.contract import Code, Codes, Instant, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes

#: The end of a text, for Python and JSON Schema: in Python, `$` also matches before a final line break.
END: Final = r"$(?!\n)"
#: A type by source, noun and verb, each of which can be `*`: `intake.referral.*`.
PATTERN: Final = validate.Regexp(r"^(\*|[a-z]{2,20}\.(\*|[a-z_]{2,30}\.(\*|[a-z_]{2,30})))" + END)
LONGEST: Final = validate.Length(1, 100)


class Subscription(Record):
    """An agency's subscription."""

    __tablename__ = "subscriptions"

    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency, by its id in the register.", primary_key=True
    )
    version: Mapped[int] = mapped_column(comment="counts the changes; the ETag")
    types: Mapped[list[str]] = declared_column(
        cast("fields.Field[list[str]]", BoundedList(fields.String(validate=[PATTERN, LONGEST]), 100, least=1)),
        None,
        "Event types by name, without a version. `*` matches all types, or all of a noun or source.",
        example=["intake.referral.*", "intake.consent.*"],
    )
    jurisdictions: Mapped[list[str]] = declared_column(
        Codes(codes("jurisdiction")), None, "Of cases under whose law.", example=["NL"]
    )
    purposes: Mapped[list[str]] = declared_column(
        Codes(codes("consent_purpose")),
        None,
        "The purpose of the data. Grounds for other purposes give no access.",
        example=["referral_for_support"],
    )
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")),
        None,
        "Which data it wants at most; less is not asked for.",
        example=["contact_safe"],
    )
    form: Mapped[str] = declared_column(
        Code(codes("subscription_form")),
        None,
        "`full`: the event with its data; `thin`: that something happened, details by `GET /v1/events/<id>`.",
    )
    pinned: Mapped[dict[str, int]] = mapped_column(JSONB, comment="type -> the version that the agency reads")
    is_sandbox: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="it is told of fictitious people alone"
    )
    is_paused: Mapped[bool] = mapped_column(comment="nothing is pushed; the feed goes on")
    changed_by: Mapped[UUID] = mapped_column(comment="a member of staff, or a key of the agency")
    changed_at: Mapped[datetime] = declared_column(Instant(), None, "When it was changed last.")
