"""Bodies of requests about cases that belong together."""

from marshmallow import fields

from services.intake.case.schemas import Body
from shared.events.contract import Code, Reference
from shared.reference import codes


class LinkCases(Body):
    """Another case belongs together with this one."""

    case = fields.UUID(required=True)
    kind = Code(codes("case_link"), required=True)


class MergeCases(Body):
    """Another case is the same person's."""

    case = Reference(required=True)
