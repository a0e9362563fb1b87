"""Bodies of requests about erasure and legal holds."""

from marshmallow import fields, validate

from services.intake.case.schemas import Body
from services.intake.erasure import rules
from shared.events.contract import Code, Day
from shared.reference import codes


class RequestErasure(Body):
    """A case is to be erased."""

    reason = Code(codes("erasure_reason"), load_default="asked_for_by_the_person")


class CheckErasure(Body):
    """A request was examined: `coercion`, alone with the person; `third_party`, what concerns others."""

    checked = fields.String(validate=validate.OneOf(rules.CHECKS), required=True)


class DecideErasure(Body):
    """Data protection decides; a reason is given where it refuses."""

    decision = fields.String(validate=validate.OneOf((rules.ORDER, rules.REFUSE, rules.LIFT)), required=True)
    reason = Code(codes("erasure_refusal"), load_default=None, allow_none=True)


class PlaceHold(Body):
    """Nothing of the case may be erased, until a day."""

    basis = Code(codes("legal_hold_basis"), required=True)
    until = Day(required=True)
