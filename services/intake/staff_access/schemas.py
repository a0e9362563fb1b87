"""Bodies of requests about teams, supervision, exclusions and access in an emergency."""

from marshmallow import fields
from marshmallow.validate import Length

from services.intake.case.schemas import Body
from shared.events.contract import Code, Flag, Reference
from shared.reference import codes

LARGEST_TEAM = 50


class AddMember(Body):
    """A member of staff joins the team."""

    member = fields.UUID(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(load_default=False)


class RevokeAccess(Body):
    """Every token of a member of staff is revoked."""

    member = fields.UUID(required=True)


class Exclude(Body):
    """The person does not want somebody near the case."""

    kind = Code(codes("exclusion_kind"), required=True)
    member = fields.UUID(load_default=None, allow_none=True)
    agency = Code(codes("authority"), load_default=None, allow_none=True)


class Supervise(Body):
    """A supervisor supervises a member of staff."""

    supervisor = fields.UUID(required=True)
    member = fields.UUID(required=True)


class OpenInEmergency(Body):
    """Somebody has to read a case that they have no part in."""

    reason = Code(codes("break_glass_reason"), required=True)


class TransferMember(Body):
    """A member of the team that takes the case over."""

    member = Reference(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(load_default=False)


class TransferCase(Body):
    """The whole team that has the case from now on; whoever is not named leaves it."""

    members = fields.List(fields.Nested(TransferMember), required=True, validate=Length(1, LARGEST_TEAM))
