"""The commands and views of advice, brief advice and rights. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from marshmallow import fields

from services.legal.cases.advice import models
from shared.access.declarations import declare, not_null, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code
from shared.http import Command, optional, paging, required
from shared.reference import codes


class RecordAdvice(Command):
    """Advice, or why there was none."""

    phase: str = required(models.Advice.phase)
    status: str = required(models.Advice.status)
    topics: list[str] = optional(models.Advice.topics, default_factory=list)
    funding: str = required(models.Advice.funding)
    language: str = required(models.Advice.language)
    interpreter: bool = required(models.Advice.interpreter)
    format: str | None = optional(models.Advice.format, default=None)
    given_on: date | None = optional(models.Advice.given_on, default=None)


class CorrectAdvice(Correct):
    """Correct advice; omitted or null fields stay unchanged."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}

    phase: str | None = optional(or_null(models.Advice.phase), default=None)
    status: str | None = optional(or_null(models.Advice.status), default=None)
    topics: list[str] | None = optional(or_null(models.Advice.topics), default=None)
    funding: str | None = optional(or_null(models.Advice.funding), default=None)
    language: str | None = optional(or_null(models.Advice.language), default=None)
    interpreter: bool | None = optional(or_null(models.Advice.interpreter), default=None)
    format: str | None = optional(models.Advice.format, default=None)
    given_on: date | None = optional(or_null(models.Advice.given_on), default=None)


class Advice(View, of=models.Advice):
    """Advice as the legal file shows it."""

    recorded_by = RECORDED_BY


class PlanFollowUp(Command):
    """Plan a follow-up task after advice."""

    kind: str = required(models.FollowUp.kind)
    due_on: date = required(models.FollowUp.due_on)


class CompleteFollowUp(Command):
    """Complete a follow-up task."""

    done_on: date | None = optional(not_null(models.FollowUp.done_on), default=None)


class RequestAdvice(Command):
    """Request advice that is not available now."""

    topics: list[str] = optional(models.AdviceRequest.topics, default_factory=list)
    unmet: str | None = optional(models.AdviceRequest.unmet, default=None)
    urgent: bool = optional(models.AdviceRequest.urgent, default=False)
    asked_on: date | None = optional(models.AdviceRequest.asked_on, default=None)


class EndRequest(Command):
    """End a request for advice."""

    ended: str = required(not_null(models.AdviceRequest.ended))
    ended_on: date | None = optional(not_null(models.AdviceRequest.ended_on), default=None)


class FollowUp(View, of=models.FollowUp):
    """A follow-up task after advice, and whether it is done."""

    recorded_by = RECORDED_BY


class AdviceRequest(View, of=models.AdviceRequest):
    """A request for advice, its day, and how it ended."""

    recorded_by = RECORDED_BY


class RecordBriefAdvice(Command):
    """Advice to a person without a case, or why there was none: no name, place or free text."""

    phase: str = required(models.BriefAdvice.phase)
    status: str = required(models.BriefAdvice.status)
    topics: list[str] = required(models.BriefAdvice.topics)
    funding: str = required(models.BriefAdvice.funding)
    language: str = required(models.BriefAdvice.language)
    interpreter: bool = required(models.BriefAdvice.interpreter)
    format: str = required(models.BriefAdvice.format)
    given_on: date | None = optional(models.BriefAdvice.given_on, default=None)


class BriefAdvice(View, of=models.BriefAdvice):
    """Advice to a person without a case."""


class BriefAdvicePage(paging.Page):
    """Brief advice of the reader's own agency, latest first."""

    brief_advice = parts(BriefAdvice)


class ExplainRight(Command):
    """A right was explained."""

    code: str = required(models.RightExplained.code)
    language: str = required(models.RightExplained.language)
    format: str = required(models.RightExplained.format)
    understood: str = required(models.RightExplained.understood)
    explained_on: date | None = optional(models.RightExplained.explained_on, default=None)


class RightExplained(View, of=models.RightExplained):
    """An explanation of a right."""

    recorded_by = RECORDED_BY


class Right(View):
    """A right of the profile, and its latest explanation; null: there was none."""

    code = models.RightExplained.code
    source = declare(fields.String(), FieldClass.BASIC, "Where it stands.", example="Fictitious act, article 1")
    certainty = declare(Code(codes("clock_certainty")), FieldClass.BASIC, "How certain that is.")
    note = declare(nullable(fields.String()), FieldClass.BASIC, "Further notes, in English.", example=None)
    explained_on = or_null(models.RightExplained.explained_on)
    language = or_null(models.RightExplained.language)
    format = or_null(models.RightExplained.format)
    understood = or_null(models.RightExplained.understood)


class RightList(CaseView):
    """The rights of the case's jurisdiction, each with its latest explanation."""

    rights = parts(Right)
