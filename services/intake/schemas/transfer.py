"""Bodies about a transfer."""

from marshmallow import fields
from marshmallow.validate import Length

from services.intake.schemas.body import Body
from shared.events.contract import Code, Flag, Reference
from shared.reference import codes

LARGEST_TEAM = 50


class TransferMember(Body):
    """A member of the team that takes the case over."""

    member = Reference(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(load_default=False)


class TransferCase(Body):
    """The whole team that has the case from now on; whoever is not named leaves it."""

    members = fields.List(fields.Nested(TransferMember), required=True, validate=Length(1, LARGEST_TEAM))
