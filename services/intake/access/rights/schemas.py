"""The commands and views of the person's rights. Most fields are declared on their columns (`models`)."""

from datetime import date
from uuid import UUID

from marshmallow import fields

from services.intake.access.rights import models, rules
from shared.access.declarations import ID, declare, not_null, nullable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correction
from shared.events.contract import Code, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

NEXT = declare(
    nullable(fields.String()), FieldClass.BASIC, "Send it as `after` for the next page; null on the last.", example="42"
)
UNTIL = declare(Instant(), FieldClass.ACCOUNT, "Until when (real time) the records may be handed over.")

CONFIRMS = declare(Flag(), FieldClass.BASIC, "Whether the second person agrees.")
CONFIRMATION_REFUSAL = declare(
    nullable(Code(codes("confirmation_refusal"))), FieldClass.BASIC, "Why the second person does not agree."
)
#: The state of a demand after the first decision.
DEMAND_STATE = declare(
    Code((rules.PROPOSED, rules.DECIDED)),
    FieldClass.BASIC,
    "`proposed` waits for a second person. No record is handed over until they confirm it.",
)

IN_PRIVATE = declare(Flag(), FieldClass.ACCOUNT, "Whether the person was asked in private.")
PART = declare(Code(codes("reviewed_part")), FieldClass.ACCOUNT, "The part that was reviewed.")
OUTCOME = declare(Code(codes("review_outcome")), FieldClass.ACCOUNT, "Whether the part is handed over.")
STATEMENT = declare(Words(4000), FieldClass.ACCOUNT, "The person's statement, in their own words.")

RECORD_CLASS = declare(Code(codes("record_class")), FieldClass.BASIC, "The class of the record.")
RECORD = declare(Reference(), FieldClass.BASIC, "The record that was made on the wrong person.")
TO_CASE = declare(Reference(), FieldClass.BASIC, "The case that the record belongs to.")
CORRECTED_ON = declare(Day(), FieldClass.BASIC, "The day on which the record was withdrawn from the case.")


class RecordDemand(Command):
    """A third party demands to see records."""

    demanded_by: str = required(models.Disclosure.demanded_by)
    basis: str = required(models.Disclosure.basis)
    asked: list[str] = required(models.Disclosure.asked)
    received_on: date | None = optional(models.Disclosure.received_on, default=None)


class RequestAccess(Command):
    """The person requests a copy, or a report of access to their file."""

    kind: str = required(models.AccessRequest.kind)
    received_on: date | None = optional(models.AccessRequest.received_on, default=None)


class CheckRequest(Command):
    """The result of a private talk with the person about whether they are being forced to ask."""

    in_private: bool = required(IN_PRIVATE)
    finding: str = required(not_null(models.AccessRequest.finding))


class ReviewPart(Command):
    """The decision whether the part about others, or the privileged part, is handed over."""

    part: str = required(PART)
    outcome: str = required(OUTCOME)


class RecordAnnotation(Command):
    """The person contradicts a record."""

    about: str = required(models.Annotation.about)
    record: UUID = required(models.Annotation.record)
    reason: str = required(models.Annotation.reason)
    statement: str = required(STATEMENT)


class MoveRecord(Command):
    """A record was made on the wrong person and belongs to another case."""

    record_class: str = required(RECORD_CLASS)
    record: UUID = required(RECORD)
    to_case: UUID = required(TO_CASE)


class DecideDemand(Command):
    """The decision, and whether the person was informed."""

    challenged: str = required(not_null(models.Disclosure.challenged))
    decision: str = required(not_null(models.Disclosure.decision))
    given: list[str] = optional(models.Disclosure.given, default_factory=list)
    person_agreed: bool = optional(not_null(models.Disclosure.person_agreed), default=False)
    person_told: bool = required(not_null(models.Disclosure.person_told))
    not_told_reason: str | None = optional(models.Disclosure.not_told_reason, default=None)


class ConfirmDemand(Command):
    """A second person confirms the proposal to hand records over, or refuses it with a reason."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(CONFIRMATION_REFUSAL, default=None)


class CheckedRequest(View):
    """The finding of a private check."""

    id = ID
    finding = not_null(models.AccessRequest.finding)


class ReviewedPart(View):
    """The review of a part."""

    id = ID
    part = PART
    outcome = OUTCOME


class AccessRequest(View, of=models.AccessRequest):
    """A person's request for a copy or an access report. Fields for later steps are null."""


class AccessRequestPage(CaseView):
    """A case's access requests, the earliest recorded first."""

    access_requests = parts(AccessRequest, category=OF_THE_LEAD)
    next = NEXT


class DecidedDemand(View):
    """The decision on a demand, or the proposal."""

    id = ID
    decision = not_null(models.Disclosure.decision)
    state = DEMAND_STATE


class ConfirmedDemand(View):
    """The state of a proposal after the answer."""

    id = ID
    state = declare(
        Code(rules.PROPOSAL_STATES), FieldClass.BASIC, "The resulting state of the proposal.", example=rules.CONFIRMED
    )


class Proposal(View, of=models.DisclosureProposal):
    """A decision to hand records over. It has no effect until a second person confirms it."""


class CopiedDemand(View):
    """A demand as the person's copy shows it, once they were informed of it."""

    demanded_by = models.Disclosure.demanded_by
    basis = models.Disclosure.basis
    asked = models.Disclosure.asked
    received_on = models.Disclosure.received_on
    challenged = models.Disclosure.challenged
    decision = models.Disclosure.decision
    given = models.Disclosure.given
    decided_on = models.Disclosure.decided_on


class Demand(View, of=models.Disclosure):
    """A third party's demand for disclosure. Fields for later steps are null."""

    proposal = part(Proposal)


class DemandPage(CaseView):
    """The demands about a case, the earliest recorded first."""

    disclosures = parts(Demand, category=OF_THE_LEAD)
    next = NEXT


class Annotation(View, of=models.Annotation):
    """The person's own statement about a record. The statement is null after the person was erased."""

    statement = or_null(STATEMENT)


#: The parts of this topic in the case file and in the person's copy. Only the copy contains `DISCLOSURES`.
ANNOTATIONS = parts(Annotation, Copied("annotation"))
CORRECTIONS = parts(Correction)
DISCLOSURES = parts(CopiedDemand)
