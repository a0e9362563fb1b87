"""The person's rights: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from uuid import UUID

from marshmallow import fields

from services.intake.rights import rules
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correction
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

RECEIVED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was asked for, today by default.")
NEXT = declare(
    nullable(fields.String()), FieldClass.BASIC, "Send it as `after` for the next page; null on the last.", example="42"
)

DISCLOSURE = declare(Reference(), FieldClass.ACCOUNT, "The demand.")
DEMANDED_BY = declare(Code(codes("disclosure_demander")), FieldClass.ACCOUNT, "Who demands to be shown what is kept.")
BASIS = declare(Code(codes("disclosure_basis")), FieldClass.ACCOUNT, "On what the demand rests.")
ASKED = declare(Codes(codes("record_class")), FieldClass.ACCOUNT, "The classes of records that are asked for.")
CHALLENGED = declare(Code(codes("disclosure_challenge")), FieldClass.ACCOUNT, "Whether the demand was challenged.")
DECISION = declare(Code(codes("disclosure_decision")), FieldClass.ACCOUNT, "What was decided on the demand.")
GIVEN = declare(Codes(codes("record_class")), FieldClass.ACCOUNT, "The classes of records that may be given.")
PERSON_AGREED = declare(Flag(), FieldClass.ACCOUNT, "Whether the person agreed.")
PERSON_TOLD = declare(Flag(), FieldClass.ACCOUNT, "Whether the person was told of the demand.")
NOT_TOLD_REASON = declare(
    nullable(Code(codes("person_not_told_reason"))), FieldClass.ACCOUNT, "Why the person was not told."
)
DECIDED_ON = declare(Day(), FieldClass.ACCOUNT, "The day of the decision.")
UNTIL = declare(Instant(), FieldClass.ACCOUNT, "The moment (real time) until which the records may be handed over.")

CONFIRMS = declare(Flag(), FieldClass.BASIC, "Whether the second person agrees.")
CONFIRMATION_REFUSAL = declare(
    nullable(Code(codes("confirmation_refusal"))), FieldClass.BASIC, "Why the second person does not agree."
)
#: Where a demand stands once somebody has decided on it.
DEMAND_STATE = declare(
    Code((rules.PROPOSED, rules.DECIDED)),
    FieldClass.BASIC,
    "`proposed` waits for a second person: nothing is handed over until they confirm it.",
)

KIND = declare(Code(codes("access_request_kind")), FieldClass.ACCOUNT, "What the person asks for.")
IN_PRIVATE = declare(Flag(), FieldClass.ACCOUNT, "Whether the person was alone with whoever asked.")
FINDING = declare(Code(codes("coercion_finding")), FieldClass.ACCOUNT, "Whether somebody forces the person to ask.")
PART = declare(Code(codes("reviewed_part")), FieldClass.ACCOUNT, "The part that was reviewed.")
OUTCOME = declare(Code(codes("review_outcome")), FieldClass.ACCOUNT, "Whether the part is handed over.")

ANNOTATION = declare(Reference(), FieldClass.ACCOUNT, "The annotation.")
ABOUT = declare(Code(codes("record_class")), FieldClass.ACCOUNT, "The class of the record.")
ANNOTATED_RECORD = declare(Reference(), FieldClass.ACCOUNT, "The record of which the person says otherwise.")
ANNOTATION_REASON = declare(Code(codes("annotation_reason")), FieldClass.ACCOUNT, "What the person says is wrong.")
STATEMENT = declare(Words(4000), FieldClass.ACCOUNT, "What the person says, in their words.")
ANNOTATED_ON = declare(Day(), FieldClass.ACCOUNT, "The day of the annotation.")

RECORD_CLASS = declare(Code(codes("record_class")), FieldClass.BASIC, "The class of the record.")
RECORD = declare(Reference(), FieldClass.BASIC, "The record that was made on the wrong person.")
TO_CASE = declare(Reference(), FieldClass.BASIC, "The case that the record belongs to.")
CORRECTED_ON = declare(Day(), FieldClass.BASIC, "The day on which the record was withdrawn from the case.")


class RecordDemand(Command):
    """Somebody demands to be shown what is kept."""

    demanded_by: str = required(DEMANDED_BY)
    basis: str = required(BASIS)
    asked: list[str] = required(ASKED)
    received_on: date | None = optional(RECEIVED_ON, default=None)


class RequestAccess(Command):
    """The person asks for a copy, or who saw their file."""

    kind: str = required(KIND)
    received_on: date | None = optional(RECEIVED_ON, default=None)


class CheckRequest(Command):
    """Somebody spoke with the person alone, about whether anybody forces them to ask."""

    in_private: bool = required(IN_PRIVATE)
    finding: str = required(FINDING)


class ReviewPart(Command):
    """Whether what concerns others, or is privileged, is handed over."""

    part: str = required(PART)
    outcome: str = required(OUTCOME)


class RecordAnnotation(Command):
    """The person says otherwise of a record."""

    about: str = required(ABOUT)
    record: UUID = required(ANNOTATED_RECORD)
    reason: str = required(ANNOTATION_REASON)
    statement: str = required(STATEMENT)


class MoveRecord(Command):
    """A record was made on the wrong person: it belongs to another case."""

    record_class: str = required(RECORD_CLASS)
    record: UUID = required(RECORD)
    to_case: UUID = required(TO_CASE)


class DecideDemand(Command):
    """What was decided, and whether the person knows."""

    challenged: str = required(CHALLENGED)
    decision: str = required(DECISION)
    given: list[str] = optional(GIVEN, default_factory=list)
    person_agreed: bool = optional(PERSON_AGREED, default=False)
    person_told: bool = required(PERSON_TOLD)
    not_told_reason: str | None = optional(NOT_TOLD_REASON, default=None)


class ConfirmDemand(Command):
    """A second person confirms that what was proposed is handed over, or refuses it with a reason."""

    confirms: bool = required(CONFIRMS)
    reason: str | None = optional(CONFIRMATION_REFUSAL, default=None)


class CheckedRequest(View):
    """What a private check found."""

    id = ID
    finding = FINDING


class ReviewedPart(View):
    """How a part was reviewed."""

    id = ID
    part = PART
    outcome = OUTCOME


class AccessRequest(View):
    """A person's request for a copy or an access report; what has not happened yet is null."""

    id = declare(Reference(), FieldClass.ACCOUNT, "The request.")
    kind = KIND
    received_on = RECEIVED_ON
    finding = or_null(FINDING)
    checked_by = declare(nullable(Reference()), FieldClass.ACCOUNT, "Who asked the person in private.", staff=True)
    checked_at = declare(nullable(Instant()), FieldClass.ACCOUNT, "When they did (real time).")
    third_parties = declare(
        nullable(Code(codes("review_outcome"))), FieldClass.ACCOUNT, "Whether what tells of others is handed over."
    )
    third_parties_reviewed_by = declare(
        nullable(Reference()), FieldClass.ACCOUNT, "Who reviewed what tells of others.", staff=True
    )
    privileged = declare(
        nullable(Code(codes("review_outcome"))),
        FieldClass.ACCOUNT,
        "Whether what is legally privileged is handed over.",
    )
    privileged_reviewed_by = declare(
        nullable(Reference()), FieldClass.ACCOUNT, "Who reviewed what is legally privileged.", staff=True
    )
    released_until = declare(
        nullable(Instant()), FieldClass.ACCOUNT, "The moment (real time) until which it may be handed over."
    )


class AccessRequestPage(CaseView):
    """A case's access requests, the earliest recorded first."""

    access_requests = parts(AccessRequest, category=OF_THE_LEAD)
    next = NEXT


class DecidedDemand(View):
    """What was decided on a demand, or proposed."""

    id = ID
    decision = DECISION
    state = DEMAND_STATE


class ConfirmedDemand(View):
    """What a proposal to hand something over came to."""

    id = ID
    state = declare(Code(rules.PROPOSAL_STATES), FieldClass.BASIC, "What it came to.", example=rules.CONFIRMED)


class Proposal(View):
    """A decision to hand something over, which counts for nothing until a second person confirms it."""

    state = declare(Code(rules.PROPOSAL_STATES), FieldClass.ACCOUNT, "Where it stands.")
    decision = DECISION
    given = GIVEN
    proposed_by = declare(Reference(), FieldClass.ACCOUNT, "Who proposed it.", staff=True)
    proposed_at = declare(Instant(), FieldClass.ACCOUNT, "When they did.")
    lapses_at = declare(Instant(), FieldClass.ACCOUNT, "When it lapses unless a second person confirms it.")
    answered_by = declare(nullable(Reference()), FieldClass.ACCOUNT, "The second person.", staff=True)
    refusal = declare(
        nullable(Code(codes("confirmation_refusal"))), FieldClass.ACCOUNT, "Why the second person refused it."
    )


class CopiedDemand(View):
    """A demand as the person's copy shows it, once they were told of it."""

    demanded_by = DEMANDED_BY
    basis = BASIS
    asked = ASKED
    received_on = RECEIVED_ON
    challenged = or_null(CHALLENGED)
    decision = or_null(DECISION)
    given = GIVEN
    decided_on = or_null(DECIDED_ON)


class Demand(CopiedDemand):
    """A third party's demand for disclosure; what has not happened yet is null."""

    id = DISCLOSURE
    person_agreed = or_null(PERSON_AGREED)
    person_told = or_null(PERSON_TOLD)
    not_told_reason = NOT_TOLD_REASON
    decided_by = declare(nullable(Reference()), FieldClass.ACCOUNT, "Who decided.", staff=True)
    confirmed_by = declare(nullable(Reference()), FieldClass.ACCOUNT, "The second person.", staff=True)
    proposal = part(Proposal)


class DemandPage(CaseView):
    """The demands about a case, the earliest recorded first."""

    disclosures = parts(Demand, category=OF_THE_LEAD)
    next = NEXT


class Annotation(View):
    """The person's own statement about a record; it is null once they were erased."""

    id = ANNOTATION
    about = ABOUT
    record = ANNOTATED_RECORD
    reason = ANNOTATION_REASON
    statement = or_null(STATEMENT)
    annotated_on = ANNOTATED_ON
    by = declare(Reference(), FieldClass.ACCOUNT, "Who recorded it.", author=True)


#: What the whole case shows of this topic, and its copy; `DISCLOSURES` are in the copy alone.
ANNOTATIONS = parts(Annotation, Copied("annotation"))
CORRECTIONS = parts(Correction)
DISCLOSURES = parts(CopiedDemand)
