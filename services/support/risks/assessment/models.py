"""The tables of assessments. Scores are sealed. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import SCORES, Copyable, Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_SCORE: Final = FieldClass.PRIVILEGED


class Assessment(Copyable, Recorded, Record):
    """An assessment of needs and risks. The scores never leave this table."""

    __tablename__ = "assessments"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The assessment.", primary_key=True)
    type: Mapped[str] = declared_column(Code(codes("assessment_type")), _HEALTH, "The kind of assessment.")
    #: Null if the scores were dropped by a release that did not seal them.
    scores: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    overall_risk: Mapped[str] = declared_column(
        Code(codes("risk_level")), _HEALTH, "The risk that was found; unknown if safety was not asked about."
    )
    #: This reveals scores, so only readers of scores see it.
    high_domains: Mapped[list[str]] = declared_column(
        Codes(codes("need_domain")), _SCORE, "The domains with a score of 3 or more.", category=SCORES
    )
    #: Null if the record does not say.
    unasked_domains: Mapped[list[str] | None] = declared_column(
        nullable(Codes(codes("need_domain"))),
        _SCORE,
        "The domains that were not asked about, which says nothing of them.",
        category=SCORES,
    )
    assessed_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day of the assessment, today by default.")
    reassess_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day by which it is made again.")
    unfinished: Mapped[bool] = declared_column(
        Flag(),
        _HEALTH,
        "Whether it was interrupted, and continues on another day. Urgent needs apply immediately.",
        default=False,
        server_default="false",
    )


class AssessmentShare(OfCase, Record):
    """The domains of an assessment that an agency receives, as the person wants. The whole is never shared."""

    __tablename__ = "assessment_shares"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "That it was shared.", primary_key=True)
    assessment: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The assessment.")
    agency: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The agency.", party=True)
    domains: Mapped[list[str]] = declared_column(
        Codes(codes("need_domain")), _SCORE, "The domains that it may have.", category=SCORES
    )
    shared_on: Mapped[date] = declared_column(Day(), _HEALTH, "Since which day.")
    shared_by: Mapped[UUID] = declared_column(Reference(), _HEALTH, "Who shared it.", staff=True)
    ended_on: Mapped[date | None] = declared_column(nullable(Day()), _HEALTH, "Until which day; null: it still is.")
