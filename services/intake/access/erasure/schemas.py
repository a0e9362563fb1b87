"""The commands and views of erasure, legal holds and retention. Most fields are on their columns (`models`)."""

from datetime import date

from marshmallow import fields

from services.intake.access.erasure import models, rules
from services.intake.agencies.consent.schemas import AGENCY_CODE
from services.intake.facts.case.models import Case
from shared.access.declarations import ID, declare, not_null, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts
from shared.events.contract import Code, Codes, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.reference import codes
from shared.reference.words import LANGUAGES

CASE = declare(Reference(), FieldClass.BASIC, "The case, which may be gone.")

WAITS_FOR = declare(
    Codes(rules.HOLDERS), FieldClass.BASIC, "The holders that have not answered yet.", example=["legal"]
)


class RequestErasure(Command):
    """A request to erase a case."""

    reason: str = optional(models.ErasureRequest.reason, default="asked_for_by_the_person")
    received_on: date | None = optional(models.ErasureRequest.received_on, default=None)


class CheckErasure(Command):
    """A check of a request: for coercion, in private with the person, or for data that concerns third parties."""

    checked: str = required(
        declare(
            Code(rules.CHECKS),
            FieldClass.BASIC,
            "`coercion`: checked in private with the person. `third_party`: data about other people.",
        )
    )


class DecideErasure(Command):
    """The decision of the data protection officer. A refusal needs a reason."""

    decision: str = required(
        declare(
            Code((rules.ORDER, rules.REFUSE, rules.LIFT)),
            FieldClass.BASIC,
            "The decision of the data-protection officer.",
        )
    )
    reason: str | None = optional(models.ErasureRequest.refusal, default=None)


class ConfirmErasure(Command):
    """A second person confirms a proposed order, or refuses it with a reason."""

    confirms: bool = required(declare(Flag(), FieldClass.BASIC, "Whether the second person agrees."))
    reason: str | None = optional(models.ErasureRequest.refusal, default=None)


class PlaceHold(Command):
    """A legal hold: the part of the case that proceedings need is kept until a day."""

    basis: str = required(models.LegalHold.basis)
    until: date = required(models.LegalHold.until)
    scope: list[str] = optional(models.LegalHold.scope, default_factory=lambda: [rules.LEGAL])


class CheckedErasure(View):
    """The request that was examined."""

    id = ID


class DecidedErasure(View):
    """The state of a request after a decision."""

    id = ID
    state = models.ErasureRequest.state


class ErasureRequest(View, of=models.ErasureRequest):
    """A request to erase a case. Null fields have not happened yet."""


class HolderAnswer(View, of=models.ErasureAcknowledgement):
    """The answer of a holder about its part of the case."""


class CaseErasure(ErasureRequest):
    """A request with each holder's answer. An erasure under a hold waits for the holders that keep a part."""

    answers = parts(HolderAnswer)
    waits_for = WAITS_FOR


class LegalHold(View, of=models.LegalHold):
    """A reason to keep, until a day, the part of a case that proceedings need."""


class CaseErasures(CaseView):
    """A case's erasure requests and legal holds, oldest first."""

    erasure_requests = parts(CaseErasure)
    legal_holds = parts(LegalHold)


class LateAnswer(View, of=models.LateAnswer):
    """An agency's answer to a withdrawn consent that arrived after the erasure."""

    agency_code = AGENCY_CODE


class FollowedErasure(CaseErasure):
    """A request with each holder's answer, also after its case is erased."""

    case = CASE
    late_answers = parts(LateAnswer)


class AnsweredErasures(View):
    """The requests whose answer the caller gives to the person, also of erased cases, latest first."""

    erasures = parts(FollowedErasure)


class LetterSentence(View):
    """A text in the language of a letter."""

    said = declare(fields.String(), None, "The text.", example="We have deleted all your data.")
    english = declare(
        nullable(fields.String()), None, "The same in English if no native speaker has read the text; else null."
    )


class AnswerLetter(View):
    """The answer to a request as a letter, which names no person, service, reason or proceedings."""

    language = declare(Code(LANGUAGES), None, "The language of the letter.", example="en")
    title = part(LetterSentence)
    sentences = parts(LetterSentence)


class OverdueErasure(View):
    """An order that at least one holder has not answered."""

    id = ID
    case = CASE
    ordered_at = declare(Instant(), FieldClass.BASIC, "When it was ordered.")
    waits_for = WAITS_FOR


class OverdueErasures(View):
    """The orders that at least one holder has not answered, oldest first."""

    erasures = parts(OverdueErasure)


class ChooseFigure(Command):
    """The number of years after which a closed case is reviewed."""

    jurisdiction: str = required(Case.jurisdiction)
    record_class: str = required(models.RetentionFigure.record_class)
    years: int = required(models.RetentionFigure.years)


class KeepCase(Command):
    """The decision to keep a closed case until a day."""

    record_class: str = required(models.RetentionFigure.record_class)
    reason: str = required(models.RetentionReview.reason)
    keep_until: date = required(models.RetentionReview.keep_until)


class DueCase(View):
    """A closed case with a class of records that is due for review."""

    case = declare(Reference(), FieldClass.BASIC, "The case.")
    record_class = models.RetentionFigure.record_class
    jurisdiction = Case.jurisdiction
    closed_on = not_null(Case.closed_on)


class DueCases(View):
    """Closed cases that are due for review, the longest closed first."""

    due = parts(DueCase)


class ChosenFigure(View, of=models.RetentionFigure):
    """A figure that the deployer has chosen."""

    jurisdiction = Case.jurisdiction


class RetentionFigure(ChosenFigure):
    """The number of years after which a closed case is due, and its source."""

    source = declare(
        fields.String(), None, "On what the figure rests.", example="Limitation Act 1980, sections 2 and 5"
    )
    certainty = declare(Code(codes("clock_certainty")), None, "How certain the figure is, in one word.")
    verify = declare(Flag(), None, "Whether a responsible person still has to confirm it.")


class RetentionSchedule(View):
    """All figures, by jurisdiction and class of records."""

    figures = parts(RetentionFigure)
