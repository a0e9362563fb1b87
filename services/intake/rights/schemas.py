"""Bodies of requests about access requests, annotations, corrections and disclosures."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body
from shared.events.contract import Code, Codes, Day, Flag
from shared.reference import codes


class RecordDemand(Body):
    """Somebody demands to be shown what is kept."""

    demanded_by = Code(codes("disclosure_demander"), required=True)
    basis = Code(codes("disclosure_basis"), required=True)
    asked = Codes(codes("record_class"), required=True)
    received_on = Day()


class RequestAccess(Body):
    """The person asks for a copy, or who saw their file."""

    kind = Code(codes("access_request_kind"), required=True)
    received_on = Day()


class CheckRequest(Body):
    """Somebody spoke with the person alone, about whether anybody forces them to ask."""

    in_private = Flag(required=True)
    finding = Code(codes("coercion_finding"), required=True)


class ReviewPart(Body):
    """Whether what concerns others, or is privileged, is handed over."""

    part = Code(codes("reviewed_part"), required=True)
    outcome = Code(codes("review_outcome"), required=True)


class RecordAnnotation(Body):
    """The person says otherwise of a record."""

    about = Code(codes("record_class"), required=True)
    record = fields.UUID(required=True)
    reason = Code(codes("annotation_reason"), required=True)
    statement = fields.String(required=True, validate=validate.Length(1, 4000))


class MoveRecord(Body):
    """A record was made on the wrong person: it belongs to another case."""

    record_class = Code(codes("record_class"), required=True)
    record = fields.UUID(required=True)
    to_case = fields.UUID(required=True)


class DecideDemand(Body):
    """What was decided, and whether the person knows."""

    challenged = Code(codes("disclosure_challenge"), required=True)
    decision = Code(codes("disclosure_decision"), required=True)
    given = Codes(codes("record_class"), load_default=list)
    person_agreed = Flag(load_default=False)
    person_told = Flag(required=True)
    not_told_reason = Code(codes("person_not_told_reason"), load_default=None, allow_none=True)
