"""Bodies about exclusions, supervision and break-glass access."""

from marshmallow import fields

from services.intake.schemas.body import Body
from shared.events.contract import Code
from shared.reference import codes


class Exclude(Body):
    """The person does not want somebody near the case."""

    kind = Code(codes("exclusion_kind"), required=True)
    member = fields.UUID(load_default=None, allow_none=True)
    agency = Code(codes("authority"), load_default=None, allow_none=True)


class Supervise(Body):
    """A supervisor supervises a member of staff."""

    supervisor = fields.UUID(required=True)
    member = fields.UUID(required=True)


class BreakGlass(Body):
    """Somebody has to read a case that they have no part in."""

    reason = Code(codes("break_glass_reason"), required=True)
