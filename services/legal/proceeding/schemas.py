"""Proceedings: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.matter_file.models import OURS
from services.legal.matter_file.schemas import HAPPENED_ON, RECORDED_BY, REVISION, TAKEN_BACK_AT
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

PROCEEDING = declare(Reference(), OURS, "The proceedings.")
KIND = declare(Code(codes("proceeding_kind")), OURS, "What kind of proceedings they are.")
PERSON_ROLE = declare(Code(codes("party_role")), OURS, "The person's role in them.")
BEGAN_ON = declare(Day(), OURS, "The day on which they began, today by default.")
WARNED_ON = declare(
    nullable(Day()), OURS, "The day on which the person was warned of what a guilty plea can end; null: not yet."
)
DEFENDANT = declare(nullable(Reference()), OURS, "Which defendant it is about; null: all of the proceedings.")
PARTY = declare(nullable(Reference()), OURS, "Which party of the matter it is; null: not known.")
CHARGES = declare(Codes(codes("charge_group")), OURS, "What they are charged with, by group.")
STAGE = declare(nullable(Code(codes("prosecution_stage"))), OURS, "Where the authority or court is; null: not known.")
LEAST = declare(nullable(Code(codes("prosecution_stage"))), OURS, "Where the least advanced defendant is.")
MOST = declare(nullable(Code(codes("prosecution_stage"))), OURS, "Where the most advanced defendant is.")
DISPOSAL = declare(nullable(Code(codes("disposal"))), OURS, "How it ended for this defendant; null: not yet.")
REVIEW = declare(
    nullable(Code(codes("no_charge_review"))), OURS, "What became of the review of a decision not to prosecute."
)


class RecordProceeding(Command):
    """Proceedings began."""

    kind: str = required(KIND)
    person_role: str = required(PERSON_ROLE)
    began_on: date | None = optional(BEGAN_ON, default=None)


class AddDefendant(Command):
    """They are against somebody."""

    charges: list[str] = required(CHARGES)
    party: UUID | None = optional(PARTY, default=None)


class RecordProceedingStep(Command):
    """An authority or a court took a step, about one defendant or about all of it."""

    defendant: UUID | None = optional(DEFENDANT, default=None)
    stage: str | None = optional(STAGE, default=None)
    disposal: str | None = optional(DISPOSAL, default=None)
    review: str | None = optional(REVIEW, default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class WarnPerson(Command):
    """The person was told what a guilty plea can end: protection, leave, support."""

    warned_on: date | None = optional(WARNED_ON, default=None)


class CorrectProceeding(Correct):
    """What is so instead; what is left out, or null, stays."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "began_on": "2026-03-02"}

    kind: str | None = optional(or_null(KIND), default=None)
    person_role: str | None = optional(or_null(PERSON_ROLE), default=None)
    began_on: date | None = optional(or_null(BEGAN_ON), default=None)
    warned_on: date | None = optional(WARNED_ON, default=None)


class CorrectDefendant(Correct):
    """Whom the proceedings are against instead, or what they are charged with."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_code", "charges": ["trafficking"]}

    party: UUID | None = optional(PARTY, default=None)
    charges: list[str] | None = optional(or_null(CHARGES), default=None)


class CorrectProceedingStep(Correct):
    """What the authority or court did instead, about whom, or when."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    defendant: UUID | None = optional(DEFENDANT, default=None)
    stage: str | None = optional(STAGE, default=None)
    disposal: str | None = optional(DISPOSAL, default=None)
    review: str | None = optional(REVIEW, default=None)
    happened_on: date | None = optional(or_null(HAPPENED_ON), default=None)


class StepOfProceedings(View):
    """A step of an authority or a court."""

    id = declare(Reference(), OURS, "The step.")
    defendant = DEFENDANT
    stage = STAGE
    disposal = DISPOSAL
    review = REVIEW
    happened_on = HAPPENED_ON
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ShownDefendant(View):
    """A defendant, and where the proceedings stand for them."""

    id = declare(Reference(), OURS, "The defendant.")
    party = PARTY
    charges = CHARGES
    stage = STAGE
    disposal = DISPOSAL
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ShownProceeding(View):
    """Proceedings with their defendants and steps."""

    id = PROCEEDING
    kind = KIND
    person_role = PERSON_ROLE
    began_on = BEGAN_ON
    warned_on = WARNED_ON
    stage = STAGE
    least_advanced = LEAST
    most_advanced = MOST
    defendants = parts(ShownDefendant)
    steps = parts(StepOfProceedings)
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ProceedingList(CaseView):
    """The proceedings of a matter."""

    proceedings = parts(ShownProceeding)
